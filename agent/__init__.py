"""The sync agent of a lab PC: keeps the lab share in step with the cloud, and carries slicers' files up."""

VERSION = "0.1.0"
