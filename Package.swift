// swift-tools-version:6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// One list for every target of ours: Swift 6 language mode comes with the tools version.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "muster",
    products: [
        .executable(name: "muster", targets: ["muster"]),
        // For services that embed it: the scheduler with its clients and its schema.
        .library(name: "Scheduler", targets: ["Scheduler", "Postgres", "Redis", "Migrations"]),
    ],
    dependencies: [
        // Structured log lines that any Swift server can route.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Counters and timers without choosing a back end.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // Ordered start, graceful stop and signals for the processes.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // The HTTP server of the admin API and of the sandbox homeserver.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // HTTP calls to the homeserver, with timeouts and pooling.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // Commands, options, help texts.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The configuration files are YAML, as Synapse's are, and so is the API's description.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // SHA-256 for token hashes and digests.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Child processes whose signals are not blocked, unlike Foundation's.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // System libraries: libpq-dev and libhiredis-dev on Debian.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),

        // Small async clients: they know no tasks.
        .target(name: "OwnedThread", swiftSettings: strict),
        // Lines for people and logs, written on a thread of their own.
        .target(name: "LineOutput", swiftSettings: strict),
        .target(name: "Postgres", dependencies: ["CLibPQ", "OwnedThread", logging], swiftSettings: strict),
        .target(name: "Redis", dependencies: ["CHiredis", "OwnedThread", logging], swiftSettings: strict),

        // The numbered SQL scripts, compiled in, so that the binary needs no files beside it.
        .target(
            name: "Migrations", path: "migrations", exclude: ["schema.sql"],
            resources: [
                .embedInCode("0001_tasks.sql"), .embedInCode("0002_processes.sql"), .embedInCode("0003_access.sql"),
                .embedInCode("0004_numbers.sql"), .embedInCode("0005_limits.sql"),
                .embedInCode("0006_partitions.sql"), .embedInCode("0007_ended_badly.sql"),
                .embedInCode("0008_ready_params.sql"), .embedInCode("0009_limit_marks.sql"),
                .embedInCode("0010_search_paths.sql"), .embedInCode("0011_owner.sql"), .embedInCode("0012_deferred_since.sql"),
                .embedInCode("schema.sql"), .embedInCode("catalogue.sql"), .embedInCode("catalogue.txt"),
            ],
            swiftSettings: strict),

        // The product: rules, store, submission, worker, roll call, maintenance, status. Knows no Matrix.
        .target(
            name: "Scheduler", dependencies: ["Postgres", "Redis", "Migrations", logging, metrics, lifecycle, crypto],
            swiftSettings: strict),

        // The homeserver actions as values: names, params, results; no I/O.
        .target(name: "HomeserverTasks", dependencies: ["Scheduler"], swiftSettings: strict),

        // The homeserver's HTTP interface: one client for the handlers and for the API's checks.
        .target(name: "HomeserverClient", dependencies: [httpClient, logging], swiftSettings: strict),

        // What does the work, and the door through which work comes in.
        .target(
            name: "Handlers", dependencies: ["HomeserverTasks", "HomeserverClient", "Scheduler", logging, crypto], swiftSettings: strict),
        .target(
            name: "AdminAPI",
            dependencies: [
                "HomeserverTasks", "HomeserverClient", "Scheduler", hummingbird, httpClient, lifecycle, logging, crypto,
                .product(name: "Yams", package: "Yams"),
            ],
            // A link to docs/openapi.yaml: what is served is what is documented.
            resources: [.embedInCode("openapi.yaml")], swiftSettings: strict),
        .target(name: "SandboxHomeserver", dependencies: [hummingbird, logging], swiftSettings: strict),
        .target(name: "PrivatePostgres", dependencies: [subprocess, logging], swiftSettings: strict),

        // How fast it is: loads, a process under test, the limit of a bare client, reports.
        .target(
            name: "Benchmarks", dependencies: ["Scheduler", "Postgres", "PrivatePostgres", "CLibPQ", subprocess, lifecycle, logging],
            swiftSettings: strict),

        // The one place that wires.
        .executableTarget(
            name: "muster",
            dependencies: [
                "AdminAPI", "Handlers", "HomeserverTasks", "HomeserverClient", "SandboxHomeserver", "PrivatePostgres", "Scheduler",
                "Postgres", "Redis", "Benchmarks", "LineOutput",
                hummingbird, httpClient, subprocess, lifecycle, logging, crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),

        // Helpers of the test targets; never in a product.
        .target(
            name: "SchedulerTesting",
            dependencies: ["Scheduler", "Postgres", "PrivatePostgres", "HomeserverTasks", httpClient, subprocess, lifecycle, logging],
            path: "Tests/SchedulerTesting", swiftSettings: strict),
        // A process of the fault suite, and what its handlers write down.
        .target(
            name: "FaultLedger", dependencies: ["Scheduler", "Postgres", logging], path: "Tests/FaultLedger", swiftSettings: strict),
        .executableTarget(
            name: "fault-worker", dependencies: ["FaultLedger", "Scheduler", "Postgres", "Redis", "LineOutput", lifecycle, logging],
            path: "Tests/FaultWorker", swiftSettings: strict),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "fault-worker", "muster", "FaultLedger", "Scheduler", "Migrations", "Postgres", "Redis", "PrivatePostgres",
                "SchedulerTesting",
                "SandboxHomeserver", "HomeserverTasks", subprocess, logging,
            ], swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "OwnedThread", "SchedulerTesting"], swiftSettings: strict),
        .testTarget(name: "RedisTests", dependencies: ["Redis", "Scheduler", "SchedulerTesting"], swiftSettings: strict),
        .testTarget(name: "SchedulerTests", dependencies: ["Scheduler", "SchedulerTesting", logging], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Scheduler", "Postgres", "HomeserverTasks", "SchedulerTesting", subprocess],
            swiftSettings: strict),
        .testTarget(name: "WorkerTests", dependencies: ["Scheduler", "Postgres", "Redis", "SchedulerTesting"], swiftSettings: strict),
        .testTarget(
            name: "HandlersTests",
            dependencies: ["Handlers", "HomeserverTasks", "HomeserverClient", "SandboxHomeserver", "SchedulerTesting", httpClient],
            swiftSettings: strict),
        .testTarget(
            name: "SandboxHomeserverTests", dependencies: ["SandboxHomeserver", "SchedulerTesting", httpClient],
            swiftSettings: strict),
        .testTarget(
            name: "AdminAPITests",
            dependencies: [
                "AdminAPI", "HomeserverTasks", "HomeserverClient", "SandboxHomeserver", "SchedulerTesting", httpClient,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ], swiftSettings: strict),
        .testTarget(
            name: "MusterTests", dependencies: ["muster", "LineOutput", "SchedulerTesting", subprocess], swiftSettings: strict),
        .testTarget(
            name: "BenchmarksTests", dependencies: ["Benchmarks", "muster", "Scheduler", "Postgres", "SchedulerTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ClientTests", dependencies: ["muster", "Postgres", "SchedulerTesting", httpClient, subprocess, logging],
            swiftSettings: strict),
        .testTarget(
            name: "ScenarioTests",
            dependencies: ["muster", "HomeserverTasks", "SandboxHomeserver", "SchedulerTesting", httpClient, subprocess],
            swiftSettings: strict),
    ]
)
