"""The command line: what a person types, and the exit code.

Here: arguments, and turning what is known to go wrong into one message in both languages. Not here: any work; each
command imports what it needs when it runs, so that `--help` and `status` answer at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from enum import StrEnum
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Annotated

import typer

from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.privacy import keep_private

app = typer.Typer(
    help="双百：乡镇流动人口服务管理考核的数据仓库与看板。 County warehouse and dashboards for the 双百 assessment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

quarantine = typer.Typer(no_args_is_help=True)
app.add_typer(quarantine, name="quarantine", help="未能入库的行。 Rows that could not be used.")

Port = Annotated[int, typer.Option(min=1, max=65535, help="看板端口 Port of the dashboards, on this machine only")]


class Defects(StrEnum):
    none = "none"
    usual = "usual"
    heavy = "heavy"


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"shuangbai {version('shuangbai')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本 Version")
    ] = False,
) -> None:
    """Options before any command, each of which writes for its owner only."""
    keep_private()


@app.command(help="演示：生成模拟县数据，运行并打开看板。 Synthetic county, pipeline, dashboards.")
def demo(serve: Annotated[bool, typer.Option(help="打开看板 Open the dashboards")] = True, port: Port = 8501) -> None:
    from orchestration.commands.demo import prepare_demo

    if not serve:
        raise typer.Exit(prepare_demo(Home.from_environment()))
    # In a process of its own: this one becomes the dashboards, and would carry the pipeline's memory along.
    code = subprocess.call([sys.executable, "-m", "orchestration.cli", "demo", "--no-serve"])
    if code not in (0, 3):
        raise typer.Exit(code)
    # The dashboards are a layer above: their command is called, not their code.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "orchestration.cli", "serve", "--port", str(port)])


@app.command(help="生成一个模拟县的全部报表文件。 Write the files of a synthetic county.")
def synthesize(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="输出文件夹 Folder to write to")],
    county: Annotated[str, typer.Option(help="县代码 County code, 6 digits")] = "623021",
    persons: Annotated[int, typer.Option(min=1, help="人数 Residents")] = 20_000,
    months: Annotated[int, typer.Option(min=1, help="月数 Months")] = 24,
    as_of: Annotated[str, typer.Option(help="截至日期 Day of the last export")] = "2026-11-15",
    seed: Annotated[int, typer.Option(help="随机种子 Same seed, same bytes")] = 1,
    defects: Annotated[Defects, typer.Option(help="数据缺陷 How many defects")] = Defects.usual,
) -> None:
    from orchestration.commands.demo import make_county

    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise typer.BadParameter(f"{as_of}: YYYY-MM-DD", param_hint="--as-of") from None
    settings = {"county": county, "persons": persons, "months": months, "as_of": day, "seed": seed}
    raise typer.Exit(make_county(Home.from_environment(), out.resolve(), defects=defects.value, **settings))


@app.command(help="处理全部新文件并发布。 Everything new, through to an edition.")
def run(
    landing: Annotated[
        Path | None, typer.Option(help="就地读取的文件夹 Read the files of this folder and leave them untouched")
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="全部重算 Build everything anew")] = False,
    accept_rules: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="以此姓名确认考核规则的改动 Accept what changed in the rules, under this name"
        ),
    ] = None,
) -> None:
    from orchestration.runs.running import run_pipeline

    if accept_rules is not None and not accept_rules.strip():
        typer.echo(command_line_messages().both("rules.no_name"), err=True)
        raise typer.Exit(1)
    if landing is not None and not landing.is_dir():
        typer.echo(command_line_messages().both("run.no_folder", folder=landing), err=True)
        raise typer.Exit(1)
    name = accept_rules and accept_rules.strip()
    folder = landing and landing.resolve()
    raise typer.Exit(run_pipeline(Home.from_environment(), folder, full_refresh, accepts_rules=name).exit_code)


@app.command(
    help="检查文件：投放后会怎样，不入库。 What would become of a file, without landing it: 0 all accepted, "
    "2 some rows quarantined, 1 refused."
)
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="要检查的文件 Files to check")],
) -> None:
    from orchestration.commands.check_report import check_files

    raise typer.Exit(check_files(Home.from_environment(), files))


@app.command(help="当前状态。 How things stand.")
def status() -> None:
    from orchestration.commands.status import show_status

    show_status(Home.from_environment())


@app.command(
    help="比较两个版本：已发布的、现已知的、为什么。 What one edition had published, what another knows now, and why."
)
def compare(
    before: Annotated[str, typer.Argument(metavar="A", help="版本：编号、路径、current 或 previous Id, path or name")],
    after: Annotated[str, typer.Argument(metavar="B", help="另一个版本 The edition to compare it with")],
    out: Annotated[
        Path | None, typer.Option(metavar="F.csv|F.xlsx", help="写出全部差异 Write every difference")
    ] = None,
) -> None:
    from orchestration.commands.compare import compare as compare_editions

    raise typer.Exit(compare_editions(Home.from_environment(), before, after, out))


@app.command(
    "audit-sample",
    help="抽取要抽查的档案，写出抽查表。 Draw the files to audit, and write the forms that come back.",
)
def draw_audit_sample(
    month: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", help="月份，默认最新的完整月份 Month, by default the newest closed one"),
    ] = None,
    per_township: Annotated[int, typer.Option(min=1, help="每个乡镇抽几份 Files per township")] = 20,
    seed: Annotated[
        int | None, typer.Option(help="随机种子，默认由本机密钥得出 Seed; by default one nobody can foresee")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR|F.xlsx", help="每乡镇一表的文件夹，或合成一表的文件 Folder, or one workbook"),
    ] = None,
    county: Annotated[str | None, typer.Option(help="只抽该县 That county only, 6 digits")] = None,
) -> None:
    from orchestration.audits.sample import audit_sample

    raise typer.Exit(audit_sample(Home.from_environment(), month, per_township, seed, out, county))


@app.command(
    help="撤回一个投错的文件：它不再计入任何数字，数据保留，下一版本注明。 Take a wrong delivery back: "
    "0 done, 3 nothing to do, 1 not possible."
)
def withdraw(
    file: Annotated[str, typer.Argument(metavar="FILE|BATCH", help="投放时的文件名，或批次号 File name, or batch id")],
    by: Annotated[str, typer.Option(metavar="NAME", help="经办人 Who takes it back")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="理由 Why")],
    undo: Annotated[bool, typer.Option("--undo", help="撤回有误，恢复有效 Let it speak again")] = False,
) -> None:
    from orchestration.commands.withdrawal import withdraw_command

    raise typer.Exit(withdraw_command(Home.from_environment(), file, by, reason, undo))


@app.command(
    help="核对：库中文件、记录、当前版本是否一致。 Whether what is stored is what was stored: 0 it is, 1 it is not."
)
def verify(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="另行重算并逐位比较 Build the edition anew and compare it to the last bit")
    ] = False,
) -> None:
    from orchestration.commands.verify import verify

    raise typer.Exit(verify(Home.from_environment(), rebuild))


@app.command(help="提醒：给每个渠道发一条测试消息。 Alerts: send every channel of alerts.yml a test message.")
def alerts(
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="只显示上次运行会发什么 Only print what the last run would send"),
    ] = False,
) -> None:
    from orchestration.alerts.command import alerts as show_or_test

    raise typer.Exit(show_or_test(Home.from_environment(), dry_run))


@quarantine.command("export", help="每个乡镇一份清单（xlsx）：哪些行未入库、为什么、怎样处理。 One list per township.")
def export_quarantine(
    out: Annotated[
        Path | None, typer.Option(help="输出文件夹，默认当前文件夹下的 quarantine_<截至日期> Folder to write to")
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="只要该月的文件 Files of that month only")
    ] = None,
) -> None:
    from orchestration.commands.quarantine_export import export

    raise typer.Exit(export(Home.from_environment(), out, month))


def command_line() -> typer.Typer:
    """All commands: those above, and those that upper layers register (entry points of `shuangbai.commands`)."""
    for registered in sorted(entry_points(group="shuangbai.commands"), key=lambda one: one.name):
        registered.load()(app)
    return app


def main() -> None:
    """Entry point of `shuangbai`; ends the process with the exit code."""
    command_line()()


if __name__ == "__main__":
    main()
