"""The progress bar of long commands: what is done, of how much, and how long it will take.

https://rich.readthedocs.io/en/stable/progress.html
"""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def progress() -> Progress:
    """Make a bar that counts; its tasks have a name and perhaps a total."""
    return Progress(
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
