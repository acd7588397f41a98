"""The forms of the data room: import a data set, look through one's own photos, export."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.errors import InvalidAnswer
from domain.permissions import Actor
from storage.exports import export_formats
from storage.formats.imagenet3d.objects import LabelsAs
from storage.use_cases.jobs import JobView, dataset_names
from storage.use_cases.release import Only
from ui.finding_words import finding_in_words
from ui.i18n import _, ngettext
from ui.jobs.office import JobOffice
from ui.pages.admin.data_source import SourceField, dataset_field, name_for_dataset
from ui.pages.admin.data_words import LABELS, counted
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.fields import choice_field, text_field
from ui.pages.admin.messages import Tone, message_line, toast
from ui.services import Services
from ui.theme.tag import Tag

Begun = Callable[[int], Awaitable[None]]
ALL = "all"


class DataForms:
    """`on_begun` is told the number of each piece of work that was started here."""

    def __init__(self, services: Services, office: JobOffice, actor: Actor, on_begun: Begun) -> None:
        self._services = services
        self._office = office
        self._actor = actor
        self.on_begun = on_begun

    async def import_dataset(self) -> None:
        names = await self._dataset_names()

        async def begin() -> None:
            parameters = source.parameters() | {
                "dataset": _given(dataset),
                "labels_as": labels_as.value,
                "predictions": (predictions.value or "").strip(),
            }
            await self.on_begun(await self._office.begin(self._actor, "import_dataset", parameters))
            toast(_("The import has begun. You may leave this page."))

        note = _(
            "Layouts that are known: the released one (images/ annotations/ lists/ CAD/), photos and npz files side "
            "by side, and the old app's with annotations_new/. Which one it is shows by itself."
        )
        with form_dialog(_("Import a data set"), submit=_("Import"), on_submit=begin, note=note):
            source = SourceField(self._services, lambda name: _suggest(dataset, name))
            dataset = dataset_field(names)
            labels_as = choice_field(
                _("Labels become"),
                {value: _(text) for value, text in LABELS.items()},
                LabelsAs.ANNOTATIONS.value,
                testid="labels-as",
            )
            predictions = text_field(
                _("Folder of predictions"),
                placeholder="predictions",
                hint=_("Inside what is imported; a folder called predictions is taken by itself."),
                testid="predictions",
            )
        await source.start()

    async def own_photos(self) -> None:
        names = await self._dataset_names()

        async def begin() -> None:
            parameters = source.parameters() | {
                "dataset": _given(dataset),
                "list": (list_name.value or "").strip(),
            }
            await self.on_begun(await self._office.begin(self._actor, "preview_photos", parameters))

        note = _(
            "Photos, with a CSV beside them: image, category, x1, y1, x2, y2 and, if known, viewport (the focal "
            "length in pixels). Photos without a box are taken too: boxes can be drawn later. Nothing is imported "
            "before you have seen what would come."
        )
        with form_dialog(_("Your own photos"), submit=_("Look through them"), on_submit=begin, note=note):
            source = SourceField(self._services, lambda name: _suggest(dataset, name))
            dataset = dataset_field(names)
            list_name = text_field(
                _("The list's name"),
                placeholder="boxes.csv",
                hint=_("May be left out where there is only one CSV, or none."),
                testid="list-name",
            )
        await source.start()

    async def show_preview(self, job: JobView) -> None:
        """What a look through own photos has found, and the button that imports them."""
        photos = int(job.result.get("counts", {}).get("photos", 0))

        async def begin() -> None:
            parameters = {key: value for key, value in job.parameters.items()}
            await self.on_begun(await self._office.begin(self._actor, "import_photos", parameters))
            toast(_("The import has begun. You may leave this page."))

        submit = ngettext("Import %(number)d photo", "Import %(number)d photos", photos) % {"number": photos}
        title = _("What would come into %(dataset)s") % {"dataset": job.parameters.get("dataset", "")}
        with (
            form_dialog(title, submit=submit, on_submit=begin, wide=True),
            Tag("div", classes="pw-part", data_testid="preview"),
        ):
            _preview(job)

    async def export(self) -> None:
        names = await self._dataset_names()

        async def begin() -> None:
            if not dataset.value:
                raise InvalidAnswer(("dataset",))
            parameters = {
                "dataset": dataset.value,
                "only": None if only.value == ALL else only.value,
                **dict(zip(("format", "layout"), written.value, strict=True)),
                "without_gold": bool(without_gold.value),
                "all_answers": bool(all_answers.value),
            }
            await self.on_begun(await self._office.begin(self._actor, "export_dataset", parameters))
            toast(_("The export has begun. Its download is listed below when it is ready."))

        note = _(
            "A zip in the format of your choice. Each object goes out once: as it was adjudicated, else "
            "accepted, else saved, else imported. manifest.json says which, by whom, and of which revision."
        )
        with form_dialog(_("Export a data set"), submit=_("Export"), on_submit=begin, note=note):
            dataset = choice_field(
                _("Data set"), names, names[0] if len(names) == 1 else None, testid="export-dataset"
            )
            only = choice_field(
                _("Which answers"),
                {
                    ALL: _("all: accepted, saved and imported"),
                    Only.SAVED.value: _("only what people saved"),
                    Only.ACCEPTED.value: _("only what was accepted"),
                },
                ALL,
                testid="only",
            )
            offered = {
                (each.name, layout.name): f"{each.title} · {_(layout.title)}"
                for each in export_formats().values()
                for layout in each.layouts
            }
            written = choice_field(_("Format"), offered, next(iter(offered)), testid="format")
            without_gold = ui.checkbox(_("Leave objects with a hidden right answer out"))
            all_answers = ui.checkbox(_("Add answers.jsonl: all answers and predictions, with authors and times"))

    async def _dataset_names(self) -> list[str]:
        return await self._services.reading(dataset_names, actor=self._actor)


def _preview(job: JobView) -> None:
    result = job.result
    Tag("p", " · ".join(counted(result.get("counts", {}))), data_testid="preview-counts")
    if result.get("list") is None:
        message_line(_("There is no list: all photos come without boxes, which can be drawn later."))
    if categories := result.get("categories", []):
        names = [f"{name.replace('_', ' ')} {number:,}" for name, number in categories]
        if more := int(result.get("more_categories", 0)):
            names.append(_("%(number)d more") % {"number": more})
        Tag("p", _("Categories: %(names)s") % {"names": ", ".join(names)}, classes="pw-muted")
    if left_out := int(result.get("left_out", 0)):
        text = ngettext("%(number)d line or file is left out:", "%(number)d lines or files are left out:", left_out)
        message_line(text % {"number": left_out}, Tone.WARNING)
        with Tag("ul", classes="pw-problems", data_testid="preview-problems"):
            for where, reason in result.get("problems", []):
                with Tag("li"):
                    Tag("b", f"{where}: ")
                    Tag("span", finding_in_words(reason))
    with Tag("div", classes="pw-pictures"):
        for number, shown in enumerate(result.get("shown", [])):
            with Tag("figure"):
                Tag("img", src=f"/admin/data/work/{job.id}/picture/{number}.jpg", alt="", loading="lazy")
                objects = ", ".join(shown["objects"]) or _("no box")
                Tag("figcaption", f"{shown['name']} · {objects}")


def _suggest(field: ui.input, source: str) -> None:
    if not (field.value or "").strip():
        field.set_value(name_for_dataset(source))


def _given(field: ui.input) -> str:
    name = (field.value or "").strip()
    if not name:
        raise InvalidAnswer(("dataset",))
    return name
