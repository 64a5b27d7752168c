"""The document: every sentence and every table is written from figures, and each figure in it opens."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from qunwen.base.papers.chart import Series, draw_chart
from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.docx import OfficialPaper
from qunwen.base.papers.marks import Figure
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import parent_of

from .basis import Basis
from .defining import Definitions
from .evaluating import MISSING, Value, Values

Part = str | Figure
SOURCE = "群文系统活动记录"
BEST_TOWNS, BEST_VILLAGES, NAMED = 3, 5, 30


class Report:
    """The half-year report of a county, section by section; `printed` counts how often each figure stands in it."""

    def __init__(
        self,
        *,
        definitions: Definitions,
        basis: Basis,
        values: Values,
        urls: Mapping[str, str],
        agency: str,
        at: dt.datetime,
        seal: str,
    ) -> None:
        self.definitions, self.basis, self.values, self.urls = definitions, basis, values, urls
        self.agency, self.at, self.seal = agency, at, seal
        self.name = basis.names[basis.county]
        self.printed: Counter[str] = Counter()
        self.paper = OfficialPaper(title=f"{self.name}{basis.period.label_cn}{definitions.title}", author=agency)

    def write(self, target: Path) -> None:
        """Build the whole document and save it."""
        self.paper.title(f"{self.name}{self.basis.period.label_cn}", "公共文化活动工作总结")
        for section in (
            self._overall, self._kinds, self._levels, self._months, self._reach, self._places, self._compared,
            self._next,
        ):  # fmt: skip
            section()
        self.paper.text(f"（本总结的数字由系统按记录计算，点击可查来源；数据封存编号 {self.seal[:16]}。）")
        self.paper.signature(self.agency, day_of(self.at))
        self.paper.document.core_properties.identifier = self.seal
        self.paper.save(target)

    # -- parts ------------------------------------------------------------------------------------------

    def fig(self, figure_id: str) -> Part:
        """A figure as it stands in text; a missing one is said to be missing."""
        value = self.values[figure_id]
        if value.number is None:
            return MISSING
        self.printed[figure_id] += 1
        return Figure(value.shown, self.urls[figure_id], figure_id)

    def cell(self, figure_id: str) -> Figure | None:
        """A figure in a table; None is hatched as missing."""
        part = self.fig(figure_id)
        return part if isinstance(part, Figure) else None

    def has(self, *ids: str) -> bool:
        """Whether all of these figures are known."""
        return all(self.values[i].exact is not None for i in ids)

    def split(self, code: str) -> list[Value]:
        """All values of a figure that is split, in order."""
        return [value for value in self.values.values() if value.code == code]

    def said(self, figure_id: str, *, unit: str = "") -> list[Part]:
        """Figure and unit, or the word that it is missing."""
        value = self.values[figure_id]
        return [self.fig(figure_id), unit or value.unit] if value.number is not None else ["数据缺报"]

    def growth(self, code: str) -> list[Part]:
        """同比增长/下降 …: what is compared with is said even when it is missing."""
        value = self.values[f"{code}_growth"]
        if value.exact is None:
            return ["，上年同期", *self.said(f"{code}_last"), "，不作同比"]
        word = "增长" if value.exact > 0 else "下降" if value.exact < 0 else "持平，变动"
        # The figure keeps its sign, so that the one printed is the one sealed.
        return [f"，同比{word}（", self.fig(value.id), "%）"]

    def table(self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, unit: str = "") -> None:
        """A table whose first column is text and whose others are figures."""
        columns = [Column("0", heads[0]), *(Column(str(n), head, Kind.DECIMAL) for n, head in enumerate(heads[1:], 1))]
        self.paper.table(columns, rows, caption=caption, source=SOURCE, unit=unit)

    # -- sections ---------------------------------------------------------------------------------------

    def _overall(self) -> None:
        self.paper.heading(1, "总体情况")
        self.paper.text(
            f"{self.basis.period.label_cn}，{self.name}举办群众文化活动", *self.said("held"), *self.growth("held"),
            "；参加活动", *self.said("attendance"), *self.growth("attendance"), "。",
        )  # fmt: skip
        self.paper.text(
            "列入计划的活动", *self.said("planned"), "，已举办", *self.said("planned_held"),
            "，计划完成率", *self.said("plan_rate"), "；媒体报道", *self.said("media"), "。",
        )  # fmt: skip
        self.paper.text(
            "应报活动情况的村（社区）及未设村的乡镇（街道）", *self.said("expected"), "，已报", *self.said("reported"),
            "，缺报", *self.said("missing"), "，已报比例", *self.said("report_rate"), "。缺报的不按零计。",
        )  # fmt: skip
        pairs = (
            ("计划活动（项）", "planned"),
            ("举办活动（场次）", "held"),
            ("参加人次（人次）", "attendance"),
            ("媒体报道（篇）", "media"),
        )
        rows = [
            [label, self.cell(code), self.cell(f"{code}_last"), self.cell(f"{code}_growth")] for label, code in pairs
        ]
        self.table("主要数字", ("项目", "本期", "上年同期", "同比（%）"), rows)

    def _kinds(self) -> None:
        self.paper.heading(1, "分类情况")
        self._lead("held_kind", "held_kind_share", "按类别分，举办场次较多的是")
        self._shares("活动分类情况", "类别", "kind")

    def _levels(self) -> None:
        self.paper.heading(1, "分级情况")
        self._lead("held_host", "held_host_share", "按主办层级分，依次为")
        self._shares("活动分级情况", "主办层级", "host")

    def _lead(self, code: str, share: str, words: str, *, most: int = 4) -> None:
        leaders = sorted((v for v in self.split(code) if v.number), key=lambda v: (-(v.number or 0), v.key))[:most]
        if not leaders:
            self.paper.text("本期没有报来可分项的记录。")
            return
        parts: list[Part] = [words]
        for value in leaders:
            parts += [value.label, *self.said(value.id), "（占", *self.said(f"{share}.{value.key}"), "）"]
            parts.append("、" if value is not leaders[-1] else "。")
        self.paper.text(*parts)

    def _shares(self, caption: str, head: str, by: str) -> None:
        # A kind of which nothing was held is a true zero where something was reported, and stands as such.
        rows = [
            [v.label, self.cell(v.id), self.cell(f"held_{by}_share.{v.key}"), self.cell(f"attendance_{by}.{v.key}")]
            for v in self.split(f"held_{by}")
        ]
        total = [
            "合计",
            self.cell("held"),
            "100.0" if self._whole(f"held_{by}_share") else None,
            self.cell("attendance"),
        ]
        self.table(caption, (head, "场次", "占比（%）", "人次"), [*rows, total])

    def _whole(self, code: str) -> bool:
        return sum((v.exact or Fraction(0) for v in self.split(code)), Fraction(0)) == 1

    def _months(self) -> None:
        self.paper.heading(1, "分月情况")
        held = self.split("held_month")
        known = [v for v in held if v.number is not None]
        if known:
            peak = max(known, key=lambda v: (v.number or 0, v.key))
            self.paper.text(
                f"举办活动最多的是{peak.label}，",
                *self.said(peak.id),
                "、",
                *self.said(f"attendance_month.{peak.key}"),
                "。",
            )
        if gaps := [v.label for v in held if v.number is None]:
            self.paper.text(f"{'、'.join(gaps)}没有报来记录，按缺数处理。")
        rows = [
            [v.label, self.cell(f"planned_month.{v.key}"), self.cell(v.id), self.cell(f"attendance_month.{v.key}")]
            for v in held
        ]
        total = ["合计", self.cell("planned"), self.cell("held"), self.cell("attendance")]
        self.table("分月情况", ("月份", "计划（项）", "举办（场次）", "人次"), [*rows, total])
        labels = [v.label for v in held]
        planned = [self.values[f"planned_month.{v.key}"].number for v in held]
        drawn = draw_chart(labels, [Series("计划", planned), Series("举办", [v.number for v in held])], unit="项、场次")
        self.paper.picture(
            drawn.png, "各月计划与举办" + (f"（{drawn.key}）" if drawn.key else ""), source=SOURCE,
            alternative="各月计划和举办数，数值见上表",
        )  # fmt: skip

    def _reach(self) -> None:
        self.paper.heading(1, "人均与到达情况")
        if self.has("per_head"):
            year = self.values["population"].period
            self.paper.text(
                f"按{year}年末常住人口", *self.said("population"), "计，人均参加活动", *self.said("per_head"),
                "；平均每场", *self.said("per_session"), "。",
            )  # fmt: skip
        else:
            self.paper.text(
                f"{self.basis.period.year - 1}年末常住人口没有登记，人均数暂缺；平均每场",
                *self.said("per_session"),
                "。",
            )
        groups = [
            [v.label, self.cell(v.id), self.cell(f"attendance_group_share.{v.key}")]
            for v in self.split("attendance_group")
        ]
        self.table("参加人次（按人群）", ("人群", "人次", "占比（%）"), groups)
        grades = [
            [v.label, self.cell(f"held_grade.{v.key}"), self.cell(v.id), self.cell(f"attendance_grade_share.{v.key}")]
            for v in self.split("attendance_grade")
        ]
        self.table("数字的佐证等级", ("佐证等级", "场次", "人次", "人次占比（%）"), grades)

    def _places(self) -> None:
        self.paper.heading(1, "较好与缺报的地方")
        towns = self._best("held_town")[:BEST_TOWNS]
        if towns:
            self.paper.heading(2, "较好的地方")
            self.paper.text("乡镇（街道）中，举办场次较多的是", *self._listed(towns, "held_town", "attendance_town"))
        if villages := self._best("held_village")[:BEST_VILLAGES]:
            self.paper.text(
                "村（社区）中，举办场次较多的是", *self._listed(villages, "held_village", "attendance_village")
            )
        self.paper.heading(2, "缺报的地方")
        self._missing()
        heads = ("乡镇（街道）", "计划", "已举办计划", "举办场次", "人次", "人均（次）", "已报", "应报")
        codes = (
            "planned_town",
            "planned_held_town",
            "held_town",
            "attendance_town",
            "per_head_town",
            "reported_town",
            "expected_town",
        )
        rows = [[v.label, *(self.cell(f"{code}.{v.key}") for code in codes)] for v in self.split("held_town")]
        if rows:
            self.table("各乡镇（街道）情况", heads, rows)

    def _best(self, code: str) -> list[Value]:
        return sorted((v for v in self.split(code) if v.number), key=lambda v: (-(v.number or 0), v.key))

    def _listed(self, leaders: list[Value], held: str, came: str) -> list[Part]:
        parts: list[Part] = []
        for value in leaders:
            parts += [self._full(value), self.fig(f"{held}.{value.key}"), "场次、", *self.said(f"{came}.{value.key}")]
            parts.append("；" if value is not leaders[-1] else "。")
        return parts

    def _full(self, value: Value) -> str:
        above = parent_of(value.place) or ""
        return value.label if above == self.basis.county else self.basis.names.get(above, "") + value.label

    def _missing(self) -> None:
        missing = self.values["held"].missing
        if not missing:
            self.paper.text("应报的地方都有活动记录，没有缺报。")
            return
        by_town: dict[str, list[str]] = {}
        for place in missing:
            by_town.setdefault(parent_of(place) or place, []).append(self.basis.names.get(place, place))
        self.paper.text("没有报来活动记录的有", *self.said("missing", unit="个单位"), "：")
        shown = 0
        for town, names in sorted(by_town.items()):
            head = self.basis.names.get(town, town)
            kept = names[: max(NAMED - shown, 0)]
            shown += len(kept)
            rest = f"等{len(names)}个" if len(kept) < len(names) else ""
            self.paper.text(f"{head}：{'、'.join(kept)}{rest}。" if kept else f"{head}：{len(names)}个。")

    def _compared(self) -> None:
        self.paper.heading(1, "与上年同期、计划比较")
        for words, code in (("举办活动", "held"), ("参加人次", "attendance"), ("媒体报道", "media")):
            self.paper.text(
                f"{words}", *self.said(code), "，上年同期", *self.said(f"{code}_last"), *self._change(code), "。"
            )
        self.paper.text(
            "计划活动", *self.said("planned"), "：已举办", *self.said("planned_held"), "，未举办", *self.said("planned_open"),
            "，已取消", *self.said("planned_cancelled"), "，完成率", *self.said("plan_rate"), "。",
        )  # fmt: skip

    def _change(self, code: str) -> list[Part]:
        if not self.has(f"{code}_growth"):
            return ["，缺少可比数字"]
        return ["，同比变动", *self.said(f"{code}_growth")]

    def _next(self) -> None:
        self.paper.heading(1, "问题和下一步")
        found: list[list[Part]] = []
        if self.values["missing"].number:
            found.append(
                [
                    "仍有",
                    *self.said("missing", unit="个单位"),
                    "没有报来活动记录，逐一核实是没有举办还是没有登记，补记后重新生成本总结。",
                ]
            )
        if self.values["planned_open"].number:
            found.append(["计划中还有", *self.said("planned_open"), "未举办，逐项改期举办，或写明原因取消。"])
        weak = self.values["attendance_grade_share.C"]
        if weak.number:
            found.append(["仅填报、没有佐证的人次占", *self.said(weak.id), "，补传照片或签到记录。"])
        unknown = self.values["attendance_group_share.unknown"]
        if unknown.number:
            found.append(["人群未登记的人次占", *self.said(unknown.id), "，现场清点时按人群登记。"])
        behind = [v for v in self.split("held_town") if not v.number]
        if behind:
            found.append([f"{'、'.join(v.label for v in behind)}本期没有举办记录，由县级文化馆对口帮助。"])
        if not self.has("per_head"):
            found.append(["登记常住人口，以便计算人均数。"])
        if not found:
            self.paper.text("各地按时报送，计划按期完成，佐证齐全；下一步按年度计划办好各项活动。")
        for number, parts in enumerate(found, 1):
            self.paper.text(f"{number}. ", *parts)
