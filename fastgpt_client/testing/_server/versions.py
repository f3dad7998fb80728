"""What changed between server versions: a table of the first version with each behaviour."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Since", "Version"]

# The release that each short name stands for: the one observed on a running server.
_SHORT = {"4.9": "4.9.0", "4.11": "4.11.1", "4.14": "4.14.5", "4.16": "4.16.0"} | {
    # Known only from documentation.
    "4.17": "4.17.2",
    "4.18": "4.18.0",
}


class Version(NamedTuple):
    """A server version, compared by age."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Return the version for a text such as "4.16" or "4.14.11"."""
        found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", _SHORT.get(text, text))
        if found is None:
            raise ValueError(f"version {text!r} must be one of {', '.join(_SHORT)}, or a full number such as 4.14.11")
        version = cls(*map(int, found.groups()))
        if version < (4, 9, 0):
            raise ValueError(f"version {text!r} is older than 4.9.0, the oldest supported one")
        return version

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Since:
    """The first version with each behaviour. Where only a range is known, the release that was observed."""

    # Paths
    QUOTES = (4, 9, 1)
    V2_COMPLETIONS = (4, 9, 4)
    HEALTH = (4, 13, 2)
    NO_UPLOAD_BY_FORM = (4, 14, 3)
    LOGS_LIST = (4, 14, 2)
    HISTORY_PATHS = (4, 14, 4)
    BATCH_DELETE = (4, 14, 4)
    STOP = (4, 14, 4)
    PRESIGN = (4, 14, 0)
    PRESIGN_BY_PUT = (4, 14, 5)
    UPLOAD_IN_PARTS = (4, 16, 0)
    RECORD_PATHS = (4, 14, 5)
    LOGS_USERS = (4, 14, 6)
    HISTORY_STATUS = (4, 14, 11)
    RECORD_DELETE = (4, 14, 11)
    LOGS_BY_KEY = (4, 15, 2)
    SHARE_HOOK_OF_ALL_EDITIONS = (4, 14, 10)
    FINISH_TELLS_CHAT = (4, 14, 7)
    SHARE_AUTH_IN_ONE_FIELD = (4, 15, 0)
    UPLOADS_BY_SETTING = (4, 14, 11)
    TRANSCRIPTION_NEEDS_A_CHAT = (4, 15, 0)
    API_DOCUMENT = (4, 15, 0)

    # Requests and errors
    UNCODED_STATUS_TEXT = (4, 13, 2)
    BODY_CODES_IN_HTTP = (4, 14, 11)
    VALIDATION = (4, 14, 4)
    INIT_NEEDS_CHAT_ID = (4, 14, 4)
    COMPLETIONS_VALIDATION = (4, 14, 11)
    VALIDATION_IS_400 = (4, 14, 11)
    RATE_LIMIT_HEADERS = (4, 14, 4)
    REQUEST_ID = (4, 14, 7)
    CHATS_NEED_A_TARGET = (4, 15, 0)
    APP_OF_BODY_FIRST = (4, 15, 0)
    ERROR_TYPE = (4, 15, 2)
    BODY_LIMIT_10_MB = (4, 15, 2)
    OWN_HTTP_STATUS = (4, 16, 0)
    DELETE_BY_BODY_ALONE = (4, 14, 0)
    DELETE_BY_BODY_OR_QUERY = (4, 15, 0)

    # Runs
    DURATION = (4, 9, 7)
    FINISH_REASON = (4, 9, 7)
    CITATIONS_STRIPPED = (4, 9, 8)
    ID_IS_THE_SAVED_CHAT = (4, 9, 8)
    NODE_ERROR_TEXT = (4, 10, 0)
    ID_IS_AS_SENT = (4, 14, 4)
    REASONING_IN_MESSAGE = (4, 14, 4)
    CONTENT_MAY_BE_MISSING = (4, 14, 4)
    NODE_ERROR = (4, 14, 4)
    ERROR_IN_ANSWER = (4, 14, 4)
    V2_OUTLIVES_ITS_CALLER = (4, 14, 4)
    V1_BLOCKING_OUTLIVES_ITS_CALLER = (4, 16, 0)
    LLM_REQUEST_IDS = (4, 14, 6)
    NO_TYPE_IN_V2_ITEMS = (4, 14, 7)
    RESPONSE_VALUE_IDS = (4, 14, 7)
    NO_EMPTY_TOOL_RESPONSE = (4, 14, 7)
    DONE_COMES_LAST = (4, 14, 11)
    V1_ID_IS_THE_SAVED_CHAT = (4, 14, 11)
    V2_REFUSES_WHILE_GENERATING = (4, 14, 11)
    V1_REFUSES_WHILE_GENERATING = (4, 15, 0)
    V2_ID_IS_THE_SAVED_CHAT = (4, 15, 0)
    TITLES = (4, 15, 0)
    NO_RECORD_HISTORIES = (4, 15, 0)
    FLAT_CHILDREN = (4, 15, 0)
    MODEL_ROUNDS_SHOWN = (4, 15, 0)
    RESUMABLE_INTERACTIVE = (4, 15, 0)
    FORM_VALUES_KEPT = (4, 15, 0)
    ONE_EVENT_FOR_PLUGIN_OUTPUT = (4, 14, 4)
    INNERMOST_INTERACTIVE = (4, 15, 2)
    CHILD_NODE_EVENTS = (4, 15, 2)
    MODULE_LOGO = (4, 15, 2)

    # What is stored
    QUOTES_KEPT_SHORT = (4, 9, 6)
    RECORD_DURATION = (4, 9, 7)
    UNKNOWN_RECORD_IS_A_LIST = (4, 9, 11)
    HISTORIES_OF_ALL_SOURCES = (4, 9, 10)
    HISTORY_TIMES = (4, 9, 10)
    FEEDBACK_NEEDS_A_RECORD = (4, 12, 0)
    SOFT_DELETED_CHATS = (4, 14, 4)
    SOFT_DELETED_RECORDS = (4, 14, 5)
    ERROR_TEXT_IN_RECORDS = (4, 14, 6)
    CHAT_STATUS = (4, 14, 11)
    LISTED_WHILE_RUNNING = (4, 14, 11)
    SHARED_DATA_ID = (4, 15, 0)
    USED_DATA_ID_REFUSED = (4, 15, 0)
    TITLE_OF_FIRST_QUESTION = (4, 15, 0)

    # Knowledge bases
    DATASET_FOLDERS = (4, 9, 7)
    DATASET_PERMISSION_PATH = (4, 14, 11)
    DATASET_UPDATE_BY_KEY = (4, 15, 0)
    DATASET_VALIDATION = (4, 14, 11)
    SOFT_DELETED_DATASETS = (4, 14, 4)
    RESPONSES_CHECKED = (4, 14, 11)
    ROLES = (4, 12, 0)
    TEXT_IS_A_FILE = (4, 9, 11)
    IMAGES_AND_TABLES = (4, 9, 11)
    FILE_KEYS = (4, 14, 3)
    FILE_PRESIGN_PATH = (4, 14, 11)
    SEARCH_IMAGES = (4, 15, 0)
    FILE_TYPES_CHECKED = (4, 14, 11)
    PAGES_OF_100_COLLECTIONS = (4, 12, 1)
    NAMES_FOUND_IN_ALL_FOLDERS = (4, 9, 14)
    DELETE_COLLECTIONS_BY_BODY = (4, 12, 1)
    DELETE_COLLECTION_BY_EITHER = (4, 12, 4)
    DROPPED_ROWS_UNNAMED = (4, 9, 11)
    DATA_INDEXES = (4, 15, 0)
    INDEXES_KEPT = (4, 15, 0)
    SEARCH_TOKENS_LEFT_OUT = (4, 14, 11)
    TRAINING_DETAIL = (4, 9, 14)
    TRAINING_STATUS = (4, 15, 0)
    RAW_TEXT_PREVIEW = (4, 16, 0)
    API_COLLECTIONS = (4, 11, 0)
    API_FILE_TITLES = (4, 9, 11)

    # Known only from documentation: no server of these versions was observed.
    DATASETS_V2 = (4, 17, 0)
    DATASET_BATCH = (4, 17, 1)
    TRIMMED_MODELS = (4, 17, 0)
    ROWS_BEFORE_INDEXES = (4, 17, 2)
    STOP_RETURNS_AT_ONCE = (4, 17, 0)
    REASONING_OF_STOPPED_KEPT = (4, 17, 0)
    PAGE_POSITION_WITHOUT_SIZE = (4, 17, 2)
    APP_KEYS = (4, 18, 0)
    CUSTOM_UID_OF_CHATS = (4, 18, 0)
    DELETED_RECORDS_LISTED = (4, 18, 0)
    CURSORS = (4, 18, 0)
