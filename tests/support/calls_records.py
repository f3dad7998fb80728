"""The calls about the messages of a chat, each with its least and with all of its arguments."""

from __future__ import annotations

from tests.support.call import EXTRA, OTHER_APP, PAGE, QUESTION, TRACE, VISITOR, Call
from tests.support.fake_server import APP_ID

QUOTES = {"chatId": "c1", "chatItemDataId": "d1", "datasetDataIdList": ["q1"], "collectionIdList": ["k1"]}
LINKED = {"pageSize": 10, "includeDeleted": True, "loadCustomFeedbacks": True, "type": "normal"}
COLLECTION = {"chatId": "c1", "chatItemDataId": "d1", "collectionId": "k1"}

RECORDS = [
    Call(
        name="get_chat_records",
        arguments={"chatId": "c1"},
        path="/api/core/chat/getPaginationRecords",
        body={"appId": APP_ID, "chatId": "c1", **PAGE},
    ),
    Call(
        name="get_chat_records",
        case="all",
        arguments={
            "chatId": "c1",
            "appId": OTHER_APP,
            "offset": 40,
            "pageSize": 10,
            "loadCustomFeedbacks": True,
            "type": "normal",
            **EXTRA,
        },
        path="/api/core/chat/getPaginationRecords",
        query=TRACE,
        body={
            "appId": OTHER_APP,
            "chatId": "c1",
            "offset": 40,
            "pageSize": 10,
            "loadCustomFeedbacks": True,
            "type": "normal",
            "newer": 1,
        },
    ),
    Call(
        name="get_linked_chat_records",
        arguments={"chatId": "c1"},
        path="/api/core/chat/record/getRecords_v2",
        body={"appId": APP_ID, "chatId": "c1", "pageSize": 20},
    ),
    *[
        Call(
            name="get_linked_chat_records",
            case=cursor,
            arguments={"chatId": "c1", cursor: "d1", **LINKED, **EXTRA},
            path="/api/core/chat/record/getRecords_v2",
            query=TRACE,
            body={"appId": APP_ID, "chatId": "c1", cursor: "d1", **LINKED, "newer": 1},
        )
        for cursor in ("initialId", "nextId", "prevId")
    ],
    Call(
        name="get_record_detail",
        arguments={"chatId": "c1", "dataId": "d1"},
        verb="GET",
        path="/api/core/chat/getResData",
        query={"appId": APP_ID, "chatId": "c1", "dataId": "d1"},
    ),
    Call(
        name="get_record_detail",
        case="all",
        arguments={"chatId": "c1", "dataId": "d1", "appId": OTHER_APP, **EXTRA},
        verb="GET",
        path="/api/core/chat/getResData",
        query={"appId": OTHER_APP, "chatId": "c1", "dataId": "d1", **TRACE},
        body={"newer": 1},
    ),
    Call(
        name="delete_chat_record",
        arguments={"chatId": "c1", "contentId": "d1"},
        verb="DELETE",
        path="/api/core/chat/record/delete",
        query={"appId": APP_ID, "chatId": "c1", "contentId": "d1"},
        body={"appId": APP_ID, "chatId": "c1", "contentId": "d1"},
    ),
    Call(
        name="delete_chat_record",
        case="all",
        arguments={"chatId": "c1", "contentIds": ["d1", "d2"], "appId": OTHER_APP, "delFile": True, **EXTRA},
        verb="DELETE",
        path="/api/core/chat/record/delete",
        query={"appId": OTHER_APP, "chatId": "c1", "contentIds": "d1,d2", "delFile": "true", **TRACE},
        body={"appId": OTHER_APP, "chatId": "c1", "contentIds": ["d1", "d2"], "delFile": True, "newer": 1},
    ),
    Call(
        name="send_feedback",
        arguments={"chatId": "c1", "dataId": "d1"},
        path="/api/core/chat/feedback/updateUserFeedback",
        body={"appId": APP_ID, "chatId": "c1", "dataId": "d1"},
    ),
    Call(
        name="send_feedback",
        case="all",
        arguments={
            "chatId": "c1",
            "dataId": "d1",
            "appId": OTHER_APP,
            "userGoodFeedback": "yes",
            "userBadFeedback": "no",
            **EXTRA,
        },
        path="/api/core/chat/feedback/updateUserFeedback",
        query=TRACE,
        body={
            "appId": OTHER_APP,
            "chatId": "c1",
            "dataId": "d1",
            "userGoodFeedback": "yes",
            "userBadFeedback": "no",
            "newer": 1,
        },
    ),
    Call(
        name="get_suggested_questions",
        arguments={"chatId": "c1"},
        path="/api/core/ai/agent/v2/createQuestionGuide",
        body={"appId": APP_ID, "chatId": "c1"},
    ),
    Call(
        name="get_suggested_questions",
        case="all",
        arguments={"chatId": "c1", "appId": OTHER_APP, "questionGuide": {"open": True, "model": "m"}, **EXTRA},
        path="/api/core/ai/agent/v2/createQuestionGuide",
        query=TRACE,
        body={"appId": OTHER_APP, "chatId": "c1", "questionGuide": {"open": True, "model": "m"}, "newer": 1},
    ),
    Call(
        name="get_suggested_questions",
        case="messages",
        arguments={"messages": QUESTION},
        path="/api/core/ai/agent/createQuestionGuide",
        body={"appId": APP_ID, "messages": QUESTION},
    ),
    Call(
        name="get_quotes",
        arguments=QUOTES,
        path="/api/core/chat/record/getQuote",
        body={"appId": APP_ID, **QUOTES},
    ),
    Call(
        name="get_quotes",
        case="all",
        arguments={**QUOTES, "outLinkAuthData": VISITOR, **EXTRA},
        path="/api/core/chat/record/getQuote",
        query=TRACE,
        body={"outLinkAuthData": VISITOR, **QUOTES, "newer": 1},
    ),
    Call(
        name="get_collection_quotes",
        arguments=COLLECTION,
        path="/api/core/chat/record/getCollectionQuote",
        body={"appId": APP_ID, **COLLECTION, "anchor": 0, "pageSize": 15},
    ),
    Call(
        name="get_collection_quotes",
        case="all",
        arguments={**COLLECTION, "anchor": 3, "pageSize": 5, "initialId": "i", "nextId": "n", "prevId": "p", **EXTRA},
        path="/api/core/chat/record/getCollectionQuote",
        query=TRACE,
        body={
            "appId": APP_ID,
            **COLLECTION,
            "anchor": 3,
            "pageSize": 5,
            "initialId": "i",
            "nextId": "n",
            "prevId": "p",
            "newer": 1,
        },
    ),
]
