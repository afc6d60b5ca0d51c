/// The configuration files of a demo: what somebody would write who runs a homeserver with one background worker.
struct DemoConfiguration: Sendable {
    /// The file that both processes share.
    let shared: String
    /// The worker's own file.
    let worker: String
    /// Where the main process answers.
    let url: String

    /// Writes the files.
    static func write(
        into folder: DemoFolder, conninfo: String, serverName: String, homeserverURL: String, adminToken: String
    ) throws -> DemoConfiguration {
        let token = try folder.write(adminToken + "\n", to: "admin_token")
        let port = try ListenerProbe.freePort()
        let shared = """
            # Shared by both processes.
            server_name: \(serverName)
            database: {dsn: \(quoted(conninfo)), pool_size: 5}
            instance_map:
              main: {host: localhost, port: 9093}
              background_worker: {host: localhost, port: 9094}
            run_background_tasks_on: background_worker
            homeserver: {url: \(quoted(homeserverURL)), admin_token_path: \(quoted(token)), puppet: admin_login}

            # Of the main process; a worker's would be worker_listeners.
            listeners:
              - {port: \(port), bind_addresses: ["127.0.0.1"], type: http, resources: [{names: [admin, health]}]}

            """
        let worker = """
            # The worker's own file.
            worker_app: muster.app.generic_worker
            worker_name: background_worker

            """
        return DemoConfiguration(
            shared: try folder.write(shared, to: "shared.yaml"), worker: try folder.write(worker, to: "background_worker.yaml"),
            url: "http://127.0.0.1:\(port)")
    }

    /// A YAML string in double quotes.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
