"""The commands of this layer, registered with `shuangbai` by an entry point: `serve` and `bulletin`.

Here: arguments, and turning what is known to go wrong into one message in both languages. Not here: any work.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home

Port = Annotated[int, typer.Option(min=1, max=65535, help="看板端口 Port of the dashboards, on this machine only")]


class Language(StrEnum):
    zh = "zh"
    en = "en"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(
        help="打开看板：默认仅限本机；设置登录后他人才能访问。 "
        "Serve the dashboards: on this machine only, or to readers who sign in."
    )(serve)
    app.command(
        help="编写通报：一个时段的考核情况，docx、xlsx 或 pdf。 The bulletin of a period, as a document to be signed."
    )(bulletin)


def serve(
    port: Port = 8501,
    host: Annotated[
        str,
        typer.Option(help="监听地址，非本机地址须先设置登录 Address to listen on; others than this need sign-in"),
    ] = "127.0.0.1",
) -> None:
    """Become the dashboards' process."""
    from dashboards.access.settings import SettingsError
    from dashboards.serving import serve_command, sign_in_settings

    home, both = Home.from_environment(), command_line_messages().both
    try:
        settings = sign_in_settings(home, host)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if not home.current_edition.exists():
        typer.echo(both("serve.no_edition"), err=True)
    if settings is None:
        typer.echo(both("serve.address", port=port))
    else:
        hours = f"{settings.session_hours:g}"
        typer.echo(both("serve.signed_in", address=settings.address, host=host, port=port, hours=hours))
    sys.stdout.flush()
    command = serve_command(port, host)
    os.execve(command[0], command, {**os.environ, "SHUANGBAI_HOME": str(home.root)})


def bulletin(
    out: Annotated[Path, typer.Option(metavar="F.docx|F.xlsx|F.pdf", help="写到哪个文件 File to write")],
    month: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM", help="月份，默认最新的完整月份 Month, by default the newest closed one"),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(metavar="month|quarter|year_to_date", help="按月、按季度、年初至今 Period that holds the month"),
    ] = "month",
    format: Annotated[
        str | None, typer.Option(metavar="docx|xlsx|pdf", help="格式，默认按扩展名 By default what the name ends in")
    ] = None,
    lang: Annotated[Language, typer.Option(help="语言 Language")] = Language.zh,
    county: Annotated[
        str | None, typer.Option(help="排名的上级区划代码，默认下辖最多的 Division whose parts are ranked")
    ] = None,
    number: Annotated[str | None, typer.Option(help="文号，默认留空 Reference number, by default a blank")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="覆盖已有的文件 Replace the file if it exists")
    ] = False,
) -> None:
    from streamlit.logger import set_log_level

    # The queries are the pages'; outside of them Streamlit would warn that no page is being served.
    set_log_level("ERROR")
    from dashboards.documents.command import Order
    from dashboards.documents.command import bulletin as write_bulletin

    order = Order(month, kind, format, out, lang.value, county, number, overwrite)
    raise typer.Exit(write_bulletin(Home.from_environment(), order))
