"""The lake as the warehouse sees it: batches that speak, the months to build again, the waivers that count."""
