"""Bulk runs over a Dask cluster (the extra ``dask``)."""

from synerise_frames.bulk.cluster.cluster import Cluster, checked_client

__all__ = ["Cluster", "checked_client"]
