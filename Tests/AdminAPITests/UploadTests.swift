import SchedulerTesting
import Testing

@testable import AdminAPI

/// How slowly a body may come that is forwarded to the homeserver.
@Suite(.timeLimit(.minutes(2))) struct UploadTests {
    private static var settings: AdminAPISettings {
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.receiveTimeout = .seconds(3)
        settings.leastUploadBytes = 10_000
        return settings
    }

    private func head(_ path: String, _ bytes: Int) -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: \(bytes)\r\n\r\n"
    }

    @Test func `a large upload over a slow line goes through, though it takes many times the time of a body`() async throws {
        try await withProxy(settings: Self.settings) { (url: String, _: EchoOrigin) async throws in
            let port = try #require(Int(url.split(separator: ":").last ?? ""))
            let parts = (0..<40).map { _ in String(repeating: "x", count: 5000) }
            let answer = try await RawConnection.exchange(port: port, [head("/_matrix/media/v3/upload", 200_000)] + parts, pause: 300)
            #expect(answer.status == 202 && answer.text.contains("200000"), "\(answer.text)")
        }
    }

    @Test func `one that only drips is cut, and so is a body that is not forwarded`() async throws {  // I9
        try await withProxy(settings: Self.settings) { (url: String, _: EchoOrigin) async throws in
            let port = try #require(Int(url.split(separator: ":").last ?? ""))
            let drops = (0..<60).map { _ in "x" }
            let drip = try await RawConnection.exchange(port: port, [head("/_matrix/media/v3/upload", 200_000)] + drops, pause: 150)
            #expect(drip.isClosed && drip.sent < 61)
            let parts = (0..<60).map { _ in String(repeating: "x", count: 5000) }
            let own = try await RawConnection.exchange(port: port, [head("/_muster/v1/tasks", 900_000)] + parts, pause: 150)
            #expect(own.isClosed && own.status != 200)
        }
    }
}
