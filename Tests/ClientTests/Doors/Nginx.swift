import Foundation
import Glibc
import SchedulerTesting
import Subprocess

/// Debian's nginx with the configuration that `muster generate nginx` prints, as one process that ends with the body.
enum Nginx {
    /// Runs nginx in front of Muster and the homeserver and lends its base URL.
    static func with<R: Sendable>(
        muster: String, homeserver: String, serverName: String, _ body: @escaping @Sendable (String) async throws -> R
    ) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-nginx-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // nginx cannot say which port the kernel gave it, so a free one is looked for; another process may be quicker.
        for _ in 0..<5 {
            let port = try freePort()
            try await write(folder, port: port, muster: muster, homeserver: homeserver, serverName: serverName)
            if let value = try await run(folder, "http://127.0.0.1:\(port)", body) { return value }
        }
        throw NotInTime(description: "nginx found no free port in five tries")
    }

    /// Nil when the port was taken meanwhile.
    private static func run<R: Sendable>(
        _ folder: String, _ url: String, _ body: @escaping @Sendable (String) async throws -> R
    ) async throws -> R? {
        let arguments = ["--pdeathsig=KILL", path, "-c", "\(folder)/nginx.conf", "-p", folder, "-e", "\(folder)/error.log"]
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    .name("setpriv"), arguments: Arguments(arguments), input: .none, output: .discarded, error: .string(limit: 1 << 16))
                let log = (try? String(contentsOfFile: "\(folder)/error.log", encoding: .utf8)) ?? ""
                if result.standardError.contains("Address already in use") || log.contains("Address already in use") { return nil }
                throw NotInTime(description: "nginx ended: \(result.standardError) \(log)")
            }
            group.addTask {
                try await eventually("nginx listening") { FileManager.default.fileExists(atPath: "\(folder)/nginx.pid") }
                return try await body(url)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Debian puts it where not everybody looks.
    private static var path: String {
        ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].first { FileManager.default.isExecutableFile(atPath: $0) } ?? "nginx"
    }

    private static func write(_ folder: String, port: Int, muster: String, homeserver: String, serverName: String) async throws {
        let generated = try await MusterBinary.run([
            "generate", "nginx", "--server-name", serverName, "--listen", "127.0.0.1:\(port)", "--muster", muster, "--homeserver",
            homeserver,
        ])
        guard generated.code == 0 else { throw NotInTime(description: "muster generate nginx failed: \(generated.error)") }
        try Data(generated.output.utf8).write(to: URL(filePath: "\(folder)/muster.conf"))
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \(folder)/\($0);" }
        let main = """
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            events { worker_connections 256; }
            http {
                access_log off;
            \(temporary.joined(separator: "\n"))
                include \(folder)/muster.conf;
            }

            """
        try Data(main.utf8).write(to: URL(filePath: "\(folder)/nginx.conf"))
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int? in
                guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else { return nil }
                return 0
            }
        }
        guard port != nil else { throw NotInTime(description: "the kernel gave no port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
