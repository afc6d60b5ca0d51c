/// What the server says about itself; open to everybody.
enum ServerEndpoints {
    static let routes = [
        Route("GET", "/", .anyone) { world, _ throws(SandboxRefusal) in
            .ok([
                "sandbox": true, "server_name": .string(world.serverName),
                "message": "This is a sandbox homeserver of Muster: in memory, for demonstrations and tests only.",
            ])
        },
        Route("GET", "/health", .anyone) { _, _ throws(SandboxRefusal) in Reply(body: "OK", isPlainText: true) },
        Route("GET", "/_matrix/client/versions", .anyone) { _, _ throws(SandboxRefusal) in
            .ok(["versions": ["r0.6.1", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.11"], "unstable_features": [:]])
        },
        Route("GET", "/_synapse/admin/v1/server_version", .anyone) { world, _ throws(SandboxRefusal) in
            .ok(["server_version": .string(world.settings.version)])
        },
    ]
}
