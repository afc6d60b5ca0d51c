import ArgumentParser
import Foundation

/// `muster generate nginx`: a reverse proxy in front of Muster and the homeserver.
struct GenerateNginxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nginx",
        abstract: "Print an nginx configuration that sends Muster's paths to Muster and all others to the homeserver.",
        discussion: """
            Takes the addresses from the configuration; options go first. No secret is read and nothing is connected to. Where nginx serves the \
            homeserver already, it needs two parts: --part map for its http context, --part location for its server.

            EXAMPLES
              muster generate nginx --config-path shared.yaml --part map > /etc/nginx/conf.d/muster-map.conf
              muster generate nginx --config-path shared.yaml --part location > /etc/nginx/snippets/muster.conf
              muster generate nginx --config-path shared.yaml > /etc/nginx/conf.d/muster.conf
              muster generate nginx --server-name matrix.example.org --muster http://127.0.0.1:8090 --homeserver http://127.0.0.1:8008
            """)

    @Option(
        name: .customLong("config-path"), parsing: .singleValue,
        help: ArgumentHelp("A configuration file; several are merged in order.", valueName: "file"))
    var configPaths: [String] = []

    @Option(help: ArgumentHelp("What nginx answers as; else the configuration's server_name.", valueName: "name"))
    var serverName: String?

    @Option(help: ArgumentHelp("What nginx listens on, as its own listen takes it.", valueName: "address"))
    var listen = "80"

    @Option(help: ArgumentHelp("Muster's base URL; else its first listener that serves admin.", valueName: "url"))
    var muster: String?

    @Option(help: ArgumentHelp("The homeserver's base URL; else homeserver.url.", valueName: "url"))
    var homeserver: String?

    @Option(help: "What to print: a whole server, or for one that is there already the map or the location.")
    var part = NginxConfiguration.Part.server

    func run() async throws {
        Printer.raw(try nginx().text(part))
    }

    /// The options, and the configuration where they leave something open.
    func nginx() throws -> NginxConfiguration {
        let configuration = configPaths.isEmpty ? nil : try MusterConfiguration.load(paths: configPaths, secrets: .leave)
        // Only a whole server has a name.
        guard let name = serverName ?? configuration?.serverName ?? (part == .server ? nil : "_") else {
            throw Self.missing("--server-name", "server_name")
        }
        guard let muster = muster ?? configuration.flatMap(Self.listener) else { throw Self.missing("--muster", "a listener with admin") }
        guard let homeserver = homeserver ?? configuration?.homeserver?.url else { throw Self.missing("--homeserver", "homeserver.url") }
        for (option, value) in [("--server-name", name), ("--listen", listen)] where !Self.isPlain(value) {
            throw CommandFailure(.usage, "\(option) holds a character that would mean something to nginx; give it without.")
        }
        return NginxConfiguration(
            serverName: name, listen: listen, muster: try Self.backend("--muster", muster),
            homeserver: try Self.backend("--homeserver", homeserver))
    }

    private static func missing(_ option: String, _ key: String) -> CommandFailure {
        CommandFailure(.usage, "Give \(option), or --config-path with a configuration that has \(key).")
    }

    private static func listener(_ configuration: MusterConfiguration) -> String? {
        guard let listener = configuration.listeners.first(where: { $0.resources.contains(.admin) && $0.port != 0 }),
            let address = listener.bindAddresses.first
        else { return nil }
        let host = ["0.0.0.0", "::"].contains(address) ? "127.0.0.1" : address
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(listener.port)"
    }

    private static func backend(_ option: String, _ text: String) throws -> NginxConfiguration.Backend {
        guard let url = URLComponents(string: text), let scheme = url.scheme, scheme == "http" || scheme == "https",
            let host = url.host, !host.isEmpty, url.path.isEmpty || url.path == "/", url.query == nil, url.user == nil, isPlain(host)
        else {
            throw CommandFailure(.usage, "\(option) must be a base URL of the form http://host:port, without a path.")
        }
        return .init(scheme: scheme, address: "\(host):\(url.port ?? (scheme == "https" ? 443 : 80))")
    }

    /// Letters, digits and what addresses and names are made of: nothing that ends a directive.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"{};\"'\\$#".utf8.contains($0) || $0 == 32 }
    }
}

extension NginxConfiguration.Part: ExpressibleByArgument {}
