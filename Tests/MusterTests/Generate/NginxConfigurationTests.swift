import AdminAPI
import Testing

@testable import muster

@Suite struct NginxConfigurationTests {
    private let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private func parse(_ arguments: String...) throws -> NginxConfiguration { try GenerateNginxCommand.parse(arguments).nginx() }

    @Test func `addresses come from the configuration, and options go first`() throws {
        let path = try folder.write(
            "shared.yaml",
            """
            server_name: example.org
            database: {dsn: "postgresql:///muster"}
            homeserver: {url: "https://matrix.example.org", admin_token_path: /nowhere/that/exists}
            listeners:
              - {port: 9000, resources: [{names: [health]}]}
              - {port: 8090, bind_addresses: ["::"], resources: [{names: [admin]}]}
            """)
        let all = try parse("--config-path", path)
        #expect(all.serverName == "example.org")
        #expect(all.muster == .init(scheme: "http", address: "127.0.0.1:8090"))
        #expect(all.homeserver == .init(scheme: "https", address: "matrix.example.org:443"))
        let other = try parse("--config-path", path, "--muster", "http://10.0.0.2:1", "--server-name", "a.test", "--listen", "[::]:443 ssl")
        #expect(other.serverName == "a.test" && other.muster.address == "10.0.0.2:1" && other.listen == "[::]:443 ssl")
    }

    @Test(arguments: [
        ["--server-name", "a"], ["--server-name", "a;b", "--muster", "http://a:1", "--homeserver", "http://a:2"],
        ["--server-name", "a", "--muster", "http://a:1/x", "--homeserver", "http://a:2"],
        ["--server-name", "a", "--muster", "a:1", "--homeserver", "http://a:2"],
        ["--server-name", "a", "--listen", "80; }", "--muster", "http://a:1", "--homeserver", "http://a:2"],
    ])
    func `what is missing or would mean something to nginx is refused`(_ arguments: [String]) throws {
        let command = try GenerateNginxCommand.parse(arguments)
        let failure = #expect(throws: CommandFailure.self) { try command.nginx() }
        #expect(failure?.status == .usage)
    }

    @Test func `every path of Synapse's that Muster serves is in it, with its method`() throws {
        let text = try parse("--server-name", "a", "--muster", "http://a:1", "--homeserver", "http://a:2").text(.server)
        #expect(text.contains(#""~^DELETE /_synapse/admin/v1/rooms/[^/?]*(\?|$)" http://muster_tasks;"#))
        #expect(text.contains(#""~^POST /_synapse/admin/v1/user/[^/?]*/redact(\?|$)" http://muster_tasks;"#))
        #expect(text.contains(#""~^(GET|HEAD) /_synapse/admin/v1/scheduled_tasks(\?|$)" http://muster_tasks;"#))
        #expect(text.split(separator: "\n").filter { $0.contains("/_synapse/") }.count == SynapsePath.allCases.count)
    }

    @Test func `for a server that is there already it is one map and one location`() throws {
        let command = try parse("--part", "map", "--muster", "http://a:1", "--homeserver", "http://a:2")
        let (map, location, all) = (command.text(.map), command.text(.location), command.text(.server))
        #expect(
            !map.contains("server_name") && !map.contains("location /")
                && map.contains("map \"$request_method $request_uri\" $muster_backend {"))
        #expect(
            !location.contains("server {") && !location.contains("upstream")
                && location.contains("\nlocation / {\n    proxy_pass $muster_backend;"))
        // Together they are what the whole server has.
        let lines = Set(all.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } })
        #expect((map + location).split(separator: "\n").allSatisfy { $0.hasPrefix("#") || lines.contains($0.trimmingPrefix { $0 == " " }) })
    }
}
