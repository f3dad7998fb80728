"""The JSON of knowledge bases in each version.

The forms of 4.11 and 4.16 come from recordings of 4.11.1 and 4.16.0. What 4.9, 4.14 and 4.17 add or omit is known from
their source and documentation: `docs/testing.md` lists it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since, Version

from .learning import School
from .store import Collection, Dataset, Shelf, Task

__all__ = ["Forms"]

_OWNER = 4294967295
_LEVELS = {
    "read": (4, 4, "permission.read"),
    "write": (2, 6, "permission.write"),
    "manage": (1, 7, "permission.manager"),
}
_AUTO = {
    "chunkSettingMode": "auto",
    "chunkSplitMode": "paragraph",
    "paragraphChunkAIMode": "forbid",
    "paragraphChunkDeep": 5,
    "paragraphChunkMinSize": 100,
    "chunkSize": 1000,
}
_FOLDERS = ("folder", "virtual")
# The fields of a collection in a list.
_LISTED = (
    *("_id", "parentId", "tmbId", "type", "name", "createTime", "updateTime", "forbid", "trainingType"),
    *("tags", "externalFileId", "fileId", "rawLink"),
)
_SECRETS = ("authorization", "appSecret", "token")


class Forms:
    """The JSON of one server's knowledge bases."""

    def __init__(self, version: Version, shelf: Shelf, school: School, team_id: str, member_id: str) -> None:
        self.version, self.shelf, self.school = version, shelf, school
        self.owner = {"teamId": team_id, "tmbId": member_id}

    # Permissions and models

    def permission(self) -> dict[str, Any]:
        """Return the permissions of an owner."""
        rights = dict.fromkeys(("isOwner", "hasManagePer", "hasWritePer", "hasReadPer"), True)
        if self.version < Since.ROLES:
            listed = {
                level: {"name": f"common:{name}", "description": ""} | {"value": value, "checkBoxType": "single"}
                for level, (_, value, name) in _LEVELS.items()
            }
            return {**rights, "value": _OWNER, "_permissionList": listed}
        roles = {
            level: {"name": f"common:{name}", "description": f"dataset:permission.des.{level}"}
            | {"value": value, "checkBoxType": "single"}
            for level, (value, _, name) in _LEVELS.items()
        }
        return {
            "role": _OWNER,
            "permission": _OWNER,
            **rights,
            **dict.fromkeys(("hasManageRole", "hasWriteRole", "hasReadRole"), True),
            "roleList": roles,
            "perList": {"owner": _OWNER, "read": 4, "write": 2, "manage": 1},
            "rolePerMap": {},
        }

    def model(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the configuration of a model; up to 4.16 all of it."""
        if self.version >= Since.TRIMMED_MODELS:
            return {name: config[name] for name in ("provider", "model", "name", "type") if name in config}
        return dict(config)

    def text_model(self) -> dict[str, Any]:
        tiers = [{"minInputTokens": 0, "inputPrice": 1, "outputPrice": 2}]
        later = self.version >= Since.ROLES and "priceTiers" not in self.shelf.chat_model
        more = {"priceTiers": tiers} if later and "censor" in self.shelf.chat_model else {}
        return self.model({**self.shelf.chat_model, **more})

    # Datasets

    def dataset_item(self, dataset: Dataset) -> dict[str, Any]:
        """Return a dataset in a list."""
        item: dict[str, Any] = {
            "_id": dataset.id,
            "avatar": dataset.avatar,
            "name": dataset.name,
            "intro": dataset.intro,
            "type": dataset.type,
            "vectorModel": self.model(self.shelf.embedding),
            "inheritPermission": True,
            "tmbId": self.owner["tmbId"],
            "updateTime": wire.iso(dataset.update_time),
            "permission": self.permission(),
            "private": True,
            "sourceMember": {"name": "Owner", "avatar": "/imgs/avatar/OrangeAvatar.svg", "status": "active"},
        }
        return item

    def dataset(self, dataset: Dataset) -> dict[str, Any]:
        """Return a dataset with all details."""
        data: dict[str, Any] = {
            **self._dataset_record(dataset),
            "vectorModel": self.model(self.shelf.embedding),
            "agentModel": self.text_model(),
            "vlmModel": self.text_model(),
            "permission": self.permission(),
            "status": "active",
        }
        if dataset.api_server is not None:
            data["apiDatasetServer"] = {
                kind: {
                    name: "" if name in ("authorization", "appSecret", "token") else value for name, value in of.items()
                }
                for kind, of in dataset.api_server.items()
            }
        return data

    def _dataset_record(self, dataset: Dataset) -> dict[str, Any]:
        """Return a dataset as it is stored."""
        soft = {"deleteTime": dataset.delete_time and wire.iso(dataset.delete_time)}
        record: dict[str, Any] = {
            "_id": dataset.id,
            "parentId": dataset.parent_id,
            **self.owner,
            "type": dataset.type,
            "avatar": dataset.avatar,
            "name": dataset.name,
            "intro": dataset.intro,
            "inheritPermission": True,
            "updateTime": wire.iso(dataset.update_time),
            "__v": 0,
        }
        if dataset.website is not None:
            record["websiteConfig"] = dataset.website
        return record | (soft if self.version >= Since.SOFT_DELETED_DATASETS else {})

    # Collections

    def settings(self, collection: Collection) -> dict[str, Any]:
        """Return the settings for splitting a collection's text."""
        if collection.type in _FOLDERS:
            return {}
        given = {"trainingType": "chunk", **collection.settings}
        if collection.type == "images":
            return {"trainingType": "imageParse"}
        if given.get("chunkSettingMode") == "custom":
            paragraphs = given.get("chunkSplitMode") == "paragraph"
            return {**given} if paragraphs else {**given, "paragraphChunkDeep": 0}
        mode = {} if "chunkSettingMode" in given else {"chunkSettingMode": None}
        auto = {**_AUTO, "indexSize": self.shelf.embedding["defaultToken"]}
        return {name: value for name, value in {**given, **auto, **mode}.items() if value is not None}

    def collection(self, collection: Collection, now: float) -> dict[str, Any]:
        """Return a collection with all details."""
        dataset = self.shelf.datasets[collection.dataset_id]
        record = self._dataset_record(dataset) | {"vectorModel": "fake-embed", "agentModel": "fake-chat"}
        if self.version >= Since.RESPONSES_CHECKED:
            record |= {"vlmModel": "fake-chat"}
            record.pop("__v")
        if dataset.api_server is not None:
            record["apiDatasetServer"] = dataset.api_server  # including its credentials
        tasks = self.shelf.tasks_of(collection.id)
        data = {
            **self._collection_record(collection),
            "dataset": record,
            "sourceName": collection.name,
            "permission": self.permission(),
            "indexAmount": len(collection.rows),
            "errorCount": sum(task.failed and not self._hidden(task) for task in tasks),
        }
        if collection.source_id:
            data["sourceId"] = collection.source_id
        if collection.file_id:
            data["file"] = self._file(collection)
        return data | self._training(collection, tasks, now)

    def _collection_record(self, collection: Collection) -> dict[str, Any]:
        record: dict[str, Any] = {
            "_id": collection.id,
            "parentId": collection.parent_id,
            **self.owner,
            "datasetId": collection.dataset_id,
            "type": collection.type,
            "name": collection.name,
            "createTime": wire.iso(collection.create_time),
            "updateTime": wire.iso(collection.update_time),
            **self.settings(collection),
        }
        optional = {
            "tags": collection.tags,
            "metadata": collection.metadata,
            "fileId": collection.file_id or None,
            "rawLink": collection.link or None,
            "forbid": collection.forbid,
            **collection.api_file,
        }
        record |= {name: value for name, value in optional.items() if value is not None}
        if collection.parsed and collection.text is not None:
            record |= {"rawTextLength": len(collection.text), "hashRawText": collection.text_hash}
        return record | ({} if self.version >= Since.RESPONSES_CHECKED else {"__v": 0})

    def _file(self, collection: Collection) -> dict[str, Any]:
        size = len(collection.original)
        if self.version >= Since.RESPONSES_CHECKED:
            return {"filename": collection.name, "contentLength": size}
        return {
            "_id": collection.file_id,
            "length": size,
            "chunkSize": 131072,
            "uploadDate": wire.iso(collection.create_time),
            "filename": collection.name,
            "metadata": {"teamId": self.owner["teamId"], "uid": self.owner["tmbId"]},
        }

    def collection_item(self, collection: Collection, now: float, *, kind: str = "listV2") -> dict[str, Any]:
        """Return a collection in a list; `kind` is the endpoint of the list."""
        record = self._collection_record(collection)
        item = {name: record[name] for name in _LISTED if name in record}
        item |= {"permission": self.permission(), "dataAmount": len(collection.rows)}
        if kind == "list":
            return item | {"trainingAmount": sum(not task.failed for task in self.shelf.tasks_of(collection.id))}
        tags = {"tags": collection.tags or []} if kind == "scrollList" else {}
        return item | tags | self._training(collection, self.shelf.tasks_of(collection.id), now, listed=True)

    def quoted_collection(self, collection: Collection) -> dict[str, Any]:
        """Return a collection next to a quoted row."""
        record = self._collection_record(collection) | {"tags": collection.tags or []}
        if self.version < Since.RESPONSES_CHECKED:
            return record | {"dataset": self._dataset_record(self.shelf.datasets[collection.dataset_id])}
        return record

    def _hidden(self, task: Task) -> bool:
        """Return whether a task is not counted: before 4.15 a blocked one."""
        return task.blocked and self.version < Since.TRAINING_STATUS

    def _training(
        self, collection: Collection, tasks: Sequence[Task], now: float, *, listed: bool = False
    ) -> dict[str, Any]:
        failed = [task for task in tasks if task.failed]
        if self.version < Since.TRAINING_STATUS:
            told = {"hasError": any(not task.blocked for task in failed)} if tasks else {}
            return {"trainingAmount": len(tasks), **told} if listed else {}
        active = [task for task in tasks if not task.failed]
        slowest = min((task.mode for task in tasks), key=self.school.modes.index, default=None)
        return {
            "trainingAmount": len(tasks),
            "activeTrainingAmount": len(active),
            "finalErrorAmount": len(failed),
            "hasError": bool(failed),
            **({"slowestTrainingMode": slowest} if slowest else {}),
            "slowestTrainingStatus": "running" if active else "error" if failed else "ready",
        }
