"""What a run tells of itself: the tree of its nodes, its sources, its cost; also as real servers were recorded."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client.citations import citations
from fastgpt_client.tracing import TraceNode, trace
from fastgpt_client.tracing import run_usage as usage
from fastgpt_client.usage import ModelUsage, NodeUsage

IDS = [f"{number:024x}" for number in range(10)]


def node(id: str | None = None, **fields: Any) -> Any:
    item = {"moduleName": f"name of {id}", "moduleType": "chatNode", **fields}
    return item if id is None else {"id": id, **item}


def shape(nodes: list[TraceNode]) -> Any:
    """Return the ids of a tree: a text for a leaf, a pair for a node with children."""
    return [(item.raw["id"], shape(item.children)) if item.children else item.raw["id"] for item in nodes]


# --- the tree -------------------------------------------------------------------------------------------------------


def test_a_node_of_the_tree() -> None:
    raw = node("a", runningTime=1.5, errorText="late")
    (found,) = trace([raw])
    assert found == TraceNode("name of a", "chatNode", 1.5, "late", [], raw)


def test_what_a_node_does_not_tell() -> None:
    (found,) = trace([{}])
    assert found == TraceNode("", "", None, None, [], {})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"errorText": "text", "error": "code"}, "text"),
        ({"error": "code"}, "code"),
        ({"error": {"message": "500 the model", "code": "500"}}, "500 the model"),
        ({"error": None, "errorText": ""}, None),
    ],
)
def test_the_error_of_a_node_in_each_version_s_form(fields: Any, error: str | None) -> None:
    assert trace([node("a", **fields)])[0].error == error


@pytest.mark.parametrize(
    "key", ["toolDetail", "pluginDetail", "loopDetail", "loopRunDetail", "parallelDetail", "childrenResponses"]
)
def test_children_inside_their_parent(key: str) -> None:
    assert shape(trace([node("a", **{key: [node("b", **{key: [node("c")]}), node("d")]}), node("e")])) == [
        ("a", [("b", ["c"]), "d"]),
        "e",
    ]


@pytest.mark.parametrize("children", [None, {"0": {}}, "x"])
def test_children_that_are_no_list_are_none(children: Any) -> None:
    assert shape(trace([node("a", toolDetail=children)])) == ["a"]


def test_children_beside_their_parent_before_or_after_it() -> None:
    flat = [node("b", parentId="a"), node("a"), node("c", parentId="a"), node("d", parentId="c")]
    assert shape(trace(flat)) == [("a", ["b", ("c", ["d"])])]


def test_children_both_inside_and_beside_their_parent_are_there_once() -> None:
    child = node("b", parentId="a")
    assert shape(trace([child, node("a", childrenResponses=[child])])) == [("a", ["b"])]
    assert shape(trace([node("a", childrenResponses=[child]), child])) == [("a", ["b"])]


def test_a_child_whose_parent_is_not_told_of_stands_alone() -> None:
    assert shape(trace([node("b", parentId="a")])) == ["b"]


def test_a_circle_of_parents_is_cut() -> None:
    nodes = [node("a", parentId="b"), node("b", parentId="a"), node("c", parentId="c")]
    assert shape(trace(nodes)) == [("b", ["a"]), "c"]


def test_nodes_without_ids_are_all_kept() -> None:
    assert len(trace([node(), node()])) == 2


def test_an_output_that_is_sent_twice_is_there_once() -> None:
    output = {"moduleType": "pluginOutput", "nodeId": "out"}
    twice = [node("a"), node("b", **output), node("c", **output), node("d", **{**output, "nodeId": "other"})]
    assert shape(trace(twice)) == ["a", "b", "d"]


def test_a_walk_meets_parents_before_their_children() -> None:
    (root,) = trace([node("a", toolDetail=[node("b", loopDetail=[node("c")]), node("d")])])
    assert [item.raw["id"] for item in root.walk()] == ["a", "b", "c", "d"]


# --- sources --------------------------------------------------------------------------------------------------------


def search(*quotes: Any, id: str = "s", **fields: Any) -> Any:
    return node(id, moduleType="datasetSearchNode", quoteList=[*quotes], **fields)


def test_a_citation_of_a_run() -> None:
    quote = {
        "id": IDS[1],
        "datasetId": "d1",
        "collectionId": "k1",
        "sourceName": "kb.txt",
        "chunkIndex": 3,
        "q": "Paris is a city.",
        "a": "Yes.",
        "score": [{"type": "embedding", "value": 0.7, "index": 0}, {"type": "reRank", "value": 1, "index": 1}],
    }
    (found,) = citations([search(quote)])
    assert found == (
        IDS[1],
        "d1",
        "k1",
        "kb.txt",
        "Paris is a city.",
        "Yes.",
        {"embedding": 0.7, "reRank": 1.0},
        3,
        [],
        quote,
    )


def test_a_citation_of_which_only_the_id_is_told() -> None:
    (found,) = citations([search({"id": IDS[1]})])
    assert found == (IDS[1], "", "", "", "", "", {}, None, [], {"id": IDS[1]})


@pytest.mark.parametrize(
    ("score", "scores"),
    [
        (0.5, {"": 0.5}),
        (1, {"": 1.0}),
        ([], {}),
        (None, {}),
        ("0.5", {}),
        ([{"value": 2}, {"type": "rrf", "value": "x"}, None], {"": 2.0}),
    ],
)
def test_scores_in_each_version_s_form(score: Any, scores: dict[str, float]) -> None:
    assert citations([search({"id": "q", "score": score})])[0].scores == scores


def test_citations_of_all_nodes_each_once_in_their_order() -> None:
    nodes = [
        node("a", toolDetail=[search({"id": "q2"}, {"id": "q1"})]),
        search({"id": "q1", "q": "again"}, {"id": "q3"}, id="t", parentId="a"),
        search(None, {}, {"id": ""}, id="u"),
        node("b", quoteList={"0": {"id": "q4"}}),
    ]
    assert [found.id for found in citations(nodes)] == ["q2", "q1", "q3"]


def test_places_in_a_text_whose_marks_were_kept() -> None:
    text = f"One [{IDS[1]}](CITE), two [{IDS[2]}](CITE) and one again [{IDS[1]}](CITE), [{IDS[3]}](link)."
    found = citations([search(*({"id": id.upper()} for id in IDS[:4]))], text)
    marked = text.index(f"[{IDS[1]}]"), text.rindex(f"[{IDS[1]}]")
    assert [item.positions for item in found] == [[], [*marked], [text.index(f"[{IDS[2]}]")], []]


# --- cost -----------------------------------------------------------------------------------------------------------


def test_a_run_without_a_model_costs_nothing() -> None:
    assert usage([node("a"), node("b", totalPoints=0)]) == (ModelUsage(), [], {})


def test_usage_by_node_and_by_model() -> None:
    found = usage(
        [
            search(id="s", embeddingModel="embed", embeddingTokens=7, reRankInputTokens=5, totalPoints=0.5),
            node("c", model="chat", inputTokens=10, outputTokens=4, totalPoints=0.25),
            node("t", model="chat", toolCallInputTokens=20, toolCallOutputTokens=6, totalPoints=1),
            node("p", totalPoints=2),
        ]
    )
    assert found.total == ModelUsage(30, 10, 7, 5, 0, 3.75)
    assert found.total.total_tokens == 52
    assert found.by_node == [
        NodeUsage("name of s", "datasetSearchNode", "embed", ModelUsage(0, 0, 7, 5, 0, 0.5)),
        NodeUsage("name of c", "chatNode", "chat", ModelUsage(10, 4, 0, 0, 0, 0.25)),
        NodeUsage("name of t", "chatNode", "chat", ModelUsage(20, 6, 0, 0, 0, 1)),
        NodeUsage("name of p", "chatNode", "", ModelUsage(points=2)),
    ]
    assert found.by_model == {
        "embed": ModelUsage(0, 0, 7, 5, 0, 0.5),
        "chat": ModelUsage(30, 10, 0, 0, 0, 1.25),
        "": ModelUsage(points=2),
    }


def test_the_one_number_of_old_servers() -> None:
    assert usage([node("a", tokens=12)]).total == ModelUsage(other_tokens=12)
    assert usage([node("a", tokens=12, inputTokens=8, outputTokens=4)]).total == ModelUsage(8, 4)


def test_points_of_children_are_not_counted_with_their_parent_again() -> None:
    inner = node("c", model="m", inputTokens=1, totalPoints=2)
    middle = node("b", totalPoints=2.5, pluginDetail=[inner])
    assert usage([node("a", totalPoints=3, toolDetail=[middle])]).total == ModelUsage(input_tokens=1, points=3)


def test_points_of_a_parent_that_counts_only_its_own() -> None:
    assert usage([node("a", totalPoints=1, toolDetail=[node("b", totalPoints=3)])]).total.points == 4


def test_points_that_differ_by_rounding_are_the_same() -> None:
    children = [node("b", totalPoints=0.1), node("c", totalPoints=0.2)]
    assert usage([node("a", totalPoints=0.3, toolDetail=children)]).total.points == pytest.approx(0.3)


@pytest.mark.parametrize("odd", [None, "5", True, float("nan"), float("inf"), [5]])
def test_a_count_that_is_no_number_is_none(odd: Any) -> None:
    assert usage([node("a", inputTokens=odd, embeddingTokens=odd, tokens=odd, totalPoints=odd)]).by_node == []
