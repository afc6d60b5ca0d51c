import AsyncHTTPClient
import Foundation
import NIOCore
import SchedulerTesting
import Testing

/// What goes where when clients know one base URL.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FrontDoorTests {
    private struct Answer {
        let status: Int
        let text: String
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:] }
        var errcode: String? { json["errcode"] as? String }
    }

    private func send(_ method: String, _ url: String, token: String?, _ body: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(Array(body.utf8)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return Answer(status: Int(response.status.code), text: String(buffer: try await response.body.collect(upTo: 1 << 24)))
    }

    @Test(arguments: FrontDoor.allCases)
    func `Muster's paths reach Muster, all others the homeserver`(_ door: FrontDoor) async throws {
        try await door.with { url, synapse in
            let client = synapse.client
            let user = try await client.makeUser("door")
            let room = try await client.createRoom(by: user)
            let message = try await client.send("first", to: room, as: user)
            try await client.send("last", to: room, as: user)
            let (id, admin) = (SynapseClient.encoded(room), synapse.adminToken)
            // The homeserver's.
            #expect(try await send("GET", url + "/_matrix/client/versions", token: nil).json["versions"] != nil)
            #expect(try await send("GET", url + "/_synapse/admin/v1/server_version", token: nil).json["server_version"] != nil)
            #expect(try await send("GET", url + "/_synapse/admin/v1/rooms/\(id)", token: admin).json["room_id"] as? String == room)
            #expect(try await send("GET", url + "/_synapse/admin/v1/rooms/\(room)", token: admin).json["room_id"] as? String == room)
            #expect(try await send("GET", url + "/_synapse/admin/v1/rooms/\(id)/block", token: admin).json["block"] as? Bool == false)
            #expect(try await send("GET", url + "/_matrix/client/v3/account/whoami", token: "nonsense").errcode == "M_UNKNOWN_TOKEN")
            let sync = try await send("GET", url + "/_matrix/client/v3/sync?timeout=0&filter=%7B%22room%22%3A%7B%7D%7D", token: user.token)
            #expect((sync.json["rooms"] as? [String: Any])?["join"] != nil)
            // Muster's, on paths that both know: the id shows whose it is.
            let redact = try await send(
                "POST", url + "/_synapse/admin/v1/user/\(SynapseClient.encoded(user.id))/redact", token: admin, #"{"rooms":[]}"#)
            #expect((redact.json["redact_id"] as? String)?.allSatisfy(\.isNumber) == true, "\(redact)")
            let purge = try await send("POST", url + "/_synapse/admin/v1/purge_history/\(id)/\(message)", token: admin)
            let purgeID = try #require(purge.json["purge_id"] as? String, "\(purge)")
            let status = try await send("GET", url + "/_synapse/admin/v1/purge_history_status/\(purgeID)", token: admin)
            #expect(status.status == 200 && status.json["attempt"] != nil, "\(status)")
            let delete = try await send("DELETE", url + "/_synapse/admin/v1/rooms/\(id)", token: admin, "{}")
            #expect(delete.status == 200 && delete.json["kicked_users"] as? [String] == [user.id], "\(delete)")
            let deletes = try await send("GET", url + "/_synapse/admin/v2/rooms/\(room)/delete_status", token: admin)
            #expect((deletes.json["results"] as? [[String: Any]])?.first?["attempt"] != nil, "\(deletes)")
            #expect(try await send("GET", url + "/_muster/v1/stats", token: admin).status == 200)
            #expect(try await send("GET", url + "/_synapse/admin/v1/rooms/\(id)", token: admin).errcode == "M_NOT_FOUND")
        }
    }

    @Test(arguments: FrontDoor.allCases)
    func `media goes up and comes down whole`(_ door: FrontDoor) async throws {
        try await door.with { url, synapse in
            let user = try await synapse.client.makeUser("media")
            let bytes = ByteBuffer(bytes: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            var upload = HTTPClientRequest(url: url + "/_matrix/media/v3/upload?filename=noise")
            upload.method = .POST
            upload.headers = ["Authorization": "Bearer \(user.token)", "Content-Type": "application/octet-stream"]
            upload.body = .bytes(bytes)
            let answer = try await HTTPClient.shared.execute(upload, timeout: .seconds(60))
            let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
            let uri = try #require(text.split(separator: "\"").first { $0.hasPrefix("mxc://") }, "\(text)")
            var download = HTTPClientRequest(url: url + "/_matrix/client/v1/media/download/" + uri.dropFirst("mxc://".count))
            download.headers = ["Authorization": "Bearer \(user.token)"]
            let response = try await HTTPClient.shared.execute(download, timeout: .seconds(60))
            let came = try await response.body.collect(upTo: 1 << 24)
            #expect(response.status.code == 200 && came == bytes, "\(response.status) \(came.readableBytes)")
        }
    }
}
