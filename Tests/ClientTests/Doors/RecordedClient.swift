import AsyncHTTPClient
import Foundation
import SchedulerTesting

/// One request as a client sends it, and what it reads of the answer.
struct RecordedRequest: Sendable {
    /// Users, rooms and an event of one side, which the requests are about.
    struct Place: Sendable {
        let user: SynapseUser
        let rooms: [String]
        let event: String

        static func make(on client: SynapseClient) async throws -> Place {
            let user = try await client.makeUser("client")
            var rooms: [String] = []
            for _ in 0..<4 { rooms.append(try await client.createRoom(by: user)) }
            try await client.sendMessages(2, to: rooms[0], as: user, inFlight: 1)
            // Not the room of the redact: after its own redact Synapse's own purge fails there.
            let events = try await client.sendMessages(3, to: rooms[1], as: user, inFlight: 1)
            return Place(user: user, rooms: rooms, event: events[1])
        }
    }

    let method: String
    /// Gets the place, and what earlier answers said under `saves`.
    let path: @Sendable (Place, [String: String]) -> String
    var body: (@Sendable (Place) -> String)?
    /// Keys that the client reads.
    let reads: [String]
    /// The key whose value later requests name.
    var saves: String?
    /// Repeated until the status has this value, as the clients do.
    var until: String?

    init(
        _ method: String, _ path: @Sendable @escaping (Place, [String: String]) -> String, body: (@Sendable (Place) -> String)? = nil,
        reads: [String], saves: String? = nil, until: String? = nil
    ) {
        (self.method, self.path, self.body, self.reads, self.saves, self.until) = (method, path, body, reads, saves, until)
    }
}

/// What came of a request: the keys that the client reads, with the types of their values.
struct RecordedAnswer: Equatable, CustomStringConvertible {
    let request: String
    let status: Int
    let type: String
    let fields: [String: String]

    var description: String { "\(request): \(status) \(type) \(fields)" }

    init(_ request: RecordedRequest, status: Int, type: String, body: Data) {
        self.request = request.method
        self.status = status
        self.type = type
        let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
        fields = request.reads.reduce(into: [:]) { $0[$1] = Self.kind(object[$1]) }
    }

    private static func kind(_ value: Any?) -> String {
        switch value {
        case nil: "absent"
        case is String: "string"
        case is [Any]: "list"
        case is [String: Any]: "object"
        case is NSNull: "null"
        default: "number"
        }
    }
}

/// Says how a request is sent and what is answered.
typealias RecordedSending =
    @Sendable (_ method: String, _ url: String, _ body: String?) async throws -> (
        status: Int, type: String, body: Data
    )

extension [RecordedRequest] {
    /// Sends the requests one after another, each once its predecessor is answered.
    func replay(on url: String, _ place: RecordedRequest.Place, _ send: RecordedSending) async throws -> [RecordedAnswer] {
        var ids: [String: String] = [:]
        var answers: [RecordedAnswer] = []
        for request in self {
            let (target, known) = (url + request.path(place, ids), request)
            var answer = try await send(request.method, target, request.body?(place))
            if let until = request.until {
                try await eventually("\(target) saying \(until)", timeout: .seconds(100)) {
                    let said = Self.object(answer.body)["status"] as? String
                    if said == until || said == "failed" { return true }
                    answer = try await send(known.method, target, nil)
                    return false
                }
            }
            if let key = request.saves { ids[key] = Self.object(answer.body)[key] as? String }
            answers.append(RecordedAnswer(request, status: answer.status, type: answer.type, body: answer.body))
        }
        return answers
    }

    private static func object(_ body: Data) -> [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
}

/// A part of a path as a browser's `encodeURIComponent` writes it.
func encodedByBrowser(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.!~*'()"))) ?? text
}
