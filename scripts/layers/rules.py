"""The arrows: who may import whom, and which folder may know which. ARCHITECTURE.md shows the same as a picture."""

# Target -> our own targets that it may import.
TARGETS = {
    "OwnedThread": set(),
    "LineOutput": set(),
    "Postgres": {"CLibPQ", "OwnedThread"},
    "Redis": {"CHiredis", "OwnedThread"},
    "Migrations": set(),
    "Scheduler": {"Postgres", "Redis", "Migrations"},
    "HomeserverTasks": {"Scheduler"},
    "HomeserverClient": set(),
    "Handlers": {"HomeserverTasks", "HomeserverClient", "Scheduler"},
    "AdminAPI": {"HomeserverTasks", "HomeserverClient", "Scheduler"},
    "SandboxHomeserver": set(),
    "PrivatePostgres": set(),
    "Benchmarks": {"CLibPQ", "Postgres", "PrivatePostgres", "Scheduler"},
    "muster": {
        "AdminAPI", "Handlers", "HomeserverTasks", "HomeserverClient", "SandboxHomeserver", "PrivatePostgres", "Scheduler", "Postgres", "Redis",
        "Benchmarks", "LineOutput",
    },
}
SYSTEM_LIBRARIES = {"CLibPQ", "CHiredis"}
# Targets whose sources are not in Sources/.
ELSEWHERE = {"migrations": "Migrations"}
OURS = set(TARGETS) | SYSTEM_LIBRARIES | {"SchedulerTesting"}

# Target -> modules of packages that it may import, beside Swift's and the system's own. The compiler lets a target import what any of its
# dependencies brought along, so Package.swift alone does not keep this.
PACKAGES = {
    "OwnedThread": set(),
    "LineOutput": set(),
    "Migrations": set(),
    "Postgres": {"Logging"},
    "Redis": {"Logging"},
    "Scheduler": {"Logging", "Metrics", "ServiceLifecycle", "Crypto"},
    "HomeserverTasks": set(),
    "HomeserverClient": {"AsyncHTTPClient", "NIOCore", "NIOHTTP1", "Logging"},
    "Handlers": {"AsyncHTTPClient", "Logging", "Crypto"},
    "AdminAPI": {
        "AsyncHTTPClient", "Hummingbird", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOPosix", "ServiceLifecycle", "Logging",
        "Crypto", "Yams",
    },
    "SandboxHomeserver": {"Hummingbird", "HTTPTypes", "NIOCore", "Logging"},
    "PrivatePostgres": {"Subprocess", "SystemPackage", "Logging"},
    "Benchmarks": {"Subprocess", "SystemPackage", "ServiceLifecycle", "Logging"},
    "muster": {
        "ArgumentParser", "AsyncHTTPClient", "Crypto", "HTTPTypes", "Hummingbird", "Logging", "NIOCore", "NIOHTTP1", "ServiceLifecycle",
        "Subprocess", "SystemPackage", "UnixSignals", "CYaml", "Yams",
    },
}
SYSTEM = {"Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Musl", "Synchronization"}

# Folder of Sources/Scheduler -> the folders whose types it may name.
PURE = {"Tasks", "Lifecycle", "Catalogue", "RollCall"}
BELOW_STORE = PURE | {"Events", "Access"}
FOLDERS = {
    "Tasks": set(),
    "Lifecycle": {"Tasks"},
    "Catalogue": {"Tasks", "Lifecycle"},
    "RollCall": {"Tasks", "Lifecycle", "Catalogue"},
    "Events": {"Tasks", "Lifecycle", "Catalogue", "RollCall"},
    "Access": {"Tasks", "Events"},
    "Store": BELOW_STORE,
    "WakeUp": BELOW_STORE | {"Store"},
    "Submission": BELOW_STORE | {"Store", "WakeUp"},
    "Worker": BELOW_STORE | {"Store", "WakeUp"},
    "Maintenance": BELOW_STORE | {"Store", "WakeUp", "Worker"},
    "Schedules": BELOW_STORE | {"Store", "WakeUp", "Submission"},
    "Status": BELOW_STORE | {"Store", "WakeUp"},
}
# Files beside the folders: values that every folder may name.
SHARED_FILES = {"SchedulerError.swift", "SchedulerSettings.swift", "ProcessIdentity.swift"}
# The front door: TaskScheduler and its extensions, wherever they stand, and any other file beside the folders. The upper folders may name it.
FRONT_DOOR = "TaskScheduler"
UPPER_FOLDERS = {"WakeUp", "Submission", "Worker", "Maintenance", "Schedules", "Status"}

# Module -> folders of Sources/Scheduler that may import it; "." is the front door. The folders above the store run its statements on a client;
# the statements themselves are SQL and stand in the store alone.
INSIDE_SCHEDULER = {
    "Postgres": {"Store", "."} | UPPER_FOLDERS,
    "Redis": {"WakeUp", "."},
    "Migrations": {"Store"},
}
# What pure folders may import: no I/O, no clock.
PURE_IMPORTS = {"Foundation", "FoundationEssentials", "Logging", "Crypto"}

# Folder, the part of it that is free -> modules of ours that the rest must not import although its target may, and why.
FORBIDDEN_IN_FOLDER = {
    ("Sources/AdminAPI/", "Sources/AdminAPI/Synapse/"):
        ({"HomeserverTasks"}, "All but the Synapse routes is of use without Matrix; move this to AdminAPI/Synapse."),
}

# Folders where SQL may stand, and folders where only the words of a session may (BEGIN, COMMIT, SET, LISTEN, CREATE ROLE …).
# The last one holds SQL for a database of somebody else's: Synapse's, which `muster import synapse` reads (docs/decisions/0022).
SQL_ROOMS = ("Sources/Scheduler/Store/", "Sources/Benchmarks/SQL/", "Sources/muster/Import/Statements/")
SESSION_ROOMS = ("Sources/Postgres/", "Sources/PrivatePostgres/")
