"""One category: its rule, and its CAD models with pictures, added from files and withdrawn."""

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from storage.use_cases.library import CategoryView
from storage.use_cases.models import ModelLine, model_lines
from ui.auth import SignedIn
from ui.i18n import _, ngettext
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.library.library_page import ADDRESS
from ui.pages.admin.library.model_files import ModelFiles
from ui.pages.admin.library.model_forms import ModelForms
from ui.pages.admin.library.rule_form import RuleForm
from ui.pages.admin.library.rule_words import symmetry_in_words
from ui.pages.admin.section import section
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag


def add_category_page(services: Services) -> None:
    @page_at(f"{ADDRESS}/{{category_id:int}}")
    async def category(request: Request, category_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            found, models = await services.reading(model_lines, actor=person.actor, category_id=category_id)
            title = found.name.replace("_", " ")
            with admin_frame(request, services, title=title, action=Action.MANAGE_LIBRARY, styles=("work.css",)):
                CategoryRoom(services, person, found).show(models)
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class CategoryRoom:
    """One open page."""

    def __init__(self, services: Services, person: SignedIn, category: CategoryView) -> None:
        self._services = services
        self._actor = person.actor
        self._category = category

    def show(self, models: list[ModelLine]) -> None:
        Tag("a", _("All categories"), href=f"{ADDRESS}?dataset={self._category.dataset_id}", classes="pw-back")
        name = self._category.name.replace("_", " ")
        files = ModelFiles(self._services, self._actor, self._category.id, changed=self._reload)
        self._forms = ModelForms(self._services, self._actor, files, self._category.rule, changed=self._reload)
        note = _("OFF, OBJ, PLY, STL or GLB. Every file is checked before it is taken.")
        with section(_("CAD models of %(name)s") % {"name": name}, level=1, note=note) as actions:
            with actions:
                files.upload_button()
            files.report_place()
            self._place = Tag("div", classes="pw-models", data_testid="models")
            self._show_models(models)
        with section(_("Rule"), note=_("Annotators see it beside every item of the category.")):
            RuleForm(self._services, self._actor, self._category, models)

    async def _reload(self) -> None:
        _found, models = await self._services.reading(model_lines, actor=self._actor, category_id=self._category.id)
        self._show_models(models)

    def _show_models(self, models: list[ModelLine]) -> None:
        self._place.clear()
        with self._place:
            if not models:
                Tag("p", _("No CAD model yet. Add the first file."), classes="pw-muted")
            for line in models:
                self._model(line)

    def _model(self, line: ModelLine) -> None:
        model = line.model
        look = "pw-model is-withdrawn" if model.withdrawn else "pw-model"
        with Tag("article", classes=look, data_testid="model", data_model=model.cad_index):
            # The address changes with the file, so that a replaced one is drawn at once.
            picture = f"/thumbnails/{model.id}.png?v={model.sha256[:12]}"
            Tag("img", src=picture, alt=model.name, loading="lazy", width=160, height=160)
            with Tag("div", classes="pw-model-head"):
                Tag("b", f"{model.cad_index:02d} · {model.name}" if _is_named(line) else f"{model.cad_index:02d}")
                if model.withdrawn:
                    chip(_("withdrawn"))
            Tag("p", _facts(line))
            if line.symmetry is not None:
                Tag("p", _("Symmetry of its own: %(words)s") % {"words": symmetry_in_words(line.symmetry)})
            if not model.readable:
                Tag("p", _("Cannot be read: %(reason)s") % {"reason": model.reason}, classes="is-reason")
            self._forms.actions(line)


def _is_named(line: ModelLine) -> bool:
    return line.model.name != f"{line.model.cad_index:02d}"


def _facts(line: ModelLine) -> str:
    model = line.model
    parts = [model.suffix.removeprefix(".").upper()]
    if model.faces is not None:
        parts.append(ngettext("%(number)s face", "%(number)s faces", model.faces) % {"number": f"{model.faces:,}"})
    if line.answers:
        answers = ngettext("%(number)d answer", "%(number)d answers", line.answers)
        parts.append(answers % {"number": line.answers})
    if line.known:
        known = ngettext("%(number)d prediction or label", "%(number)d predictions or labels", line.known)
        parts.append(known % {"number": line.known})
    return " · ".join(parts)
