import AsyncHTTPClient
import Foundation
import SchedulerTesting

@testable import muster

/// One of the two that are compared: sends a case's requests and writes down what it sees, with this side's ids put back into words.
struct ParitySide: Sendable {
    let name: String
    let url: String
    let synapse: RealSynapse
    let world: ParityWorld

    // Lives as long as the process.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What one step was answered, or what was seen afterwards: names and values that both sides can have in common.
    struct Sight: Sendable {
        var facts: [String: String]
        let raw: String

        /// Whether a job is said to have failed.
        var isFailure: Bool { raw.contains(#""status":"failed""#) || raw.contains(#""status": "failed""#) }
    }

    /// Runs a case to its end.
    func run(_ parityCase: ParityCase) async throws -> [Sight] {
        var words = world.words
        words.merge(try await parityCase.prepare(world)) { $1 }
        var sights: [Sight] = []
        for step in parityCase.steps {
            var (status, text) = try await send(step, words)
            if !step.until.isEmpty {
                var looks = 0
                try await eventually("\(step.until) of '\(parityCase.name)' on \(name)", timeout: .seconds(90)) {
                    let said = Self.statuses(Self.json(text))
                    if !said.isEmpty, said.allSatisfy(step.until.contains) { return true }
                    looks += 1
                    if looks % 200 == 0 { try await nudge() }
                    (status, text) = try await send(step, words)
                    return false
                }
            }
            let json = Self.json(text)
            for (word, key) in step.saves { words[word] = json[key]?.text }
            var facts = ["status": "\(status)"]
            Self.flatten(json, "", into: &facts)
            sights.append(Sight(facts: facts.mapPairs { Self.inWords($0, words) }, raw: "\(status) \(text.prefix(600))"))
        }
        let effects = try await parityCase.effects(world, words)
        if !effects.isEmpty { sights.append(Sight(facts: effects, raw: "\(effects)")) }
        return sights
    }

    /// Synapse can overlook a task that comes in while it looks for tasks, until a minute has passed or another comes in.
    private func nudge() async throws {
        guard name == "Synapse" else { return }
        _ = try await send(.post("/_synapse/admin/v1/user/<nobody>/redact", #"{"rooms":[]}"#), world.words)
    }

    private func send(_ step: ParityStep, _ words: [String: String]) async throws -> (Int, String) {
        var path = step.path
        for (word, value) in words {
            path = path.replacing("<!\(word)>", with: value).replacing("<\(word)>", with: SynapseClient.encoded(value))
        }
        guard !path.contains("<") else { throw NotInTime(description: "a step before did not answer what \(path) needs") }
        var request = HTTPClientRequest(url: (step.isOfHomeserver ? synapse.url : url) + path)
        request.method = .init(rawValue: step.method)
        switch step.caller {
        case .admin: request.headers.add(name: "Authorization", value: "Bearer \(synapse.adminToken)")
        case .user: request.headers.add(name: "Authorization", value: "Bearer \(world.user.token)")
        case .stranger: request.headers.add(name: "Authorization", value: "Bearer nobody_knows_this")
        case .nobody: break
        }
        if let body = step.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(words.reduce(body) { $0.replacing("<\($1.key)>", with: $1.value) }.utf8))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (Int(response.status.code), String(buffer: bytes))
    }

    /// The status that an answer tells, or those of all jobs in a list.
    private static func statuses(_ json: JSONValue) -> [String] {
        if let status = json["status"]?.text { return [status] }
        guard case .array(let jobs)? = json["results"] else { return [] }
        return jobs.compactMap { $0["status"]?.text }
    }

    private static func json(_ text: String) -> JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .null }

    /// `{"results":[{"status":"active"}]}` becomes `results[].status = active`; numbers and the members of empty containers have no value.
    private static func flatten(_ value: JSONValue, _ path: String, into facts: inout [String: String]) {
        switch value {
        case .object(let members):
            if !path.isEmpty, members.isEmpty { facts[path] = "{}" }
            for (key, member) in members { flatten(member, path.isEmpty ? "." + key : "\(path).\(key)", into: &facts) }
        case .array(let elements):
            if elements.isEmpty { facts[path] = "[]" }
            for element in elements { flatten(element, path + "[]", into: &facts) }
        case .string(let text): add(text, path, to: &facts)
        case .bool(let flag): add("\(flag)", path, to: &facts)
        case .integer, .number: add("number", path, to: &facts)
        case .null: add("null", path, to: &facts)
        }
    }

    /// A list is what is in it, in whatever order.
    private static func add(_ value: String, _ path: String, to facts: inout [String: String]) {
        let others = facts[path].map { $0.split(separator: " | ").map(String.init) } ?? []
        facts[path] = Set(others + [value]).sorted().joined(separator: " | ")
    }

    private static func inWords(_ text: String, _ words: [String: String]) -> String {
        let text = words.sorted { ($0.value.count, $0.key) > ($1.value.count, $1.key) }.reduce(text) { text, word in
            word.value.isEmpty ? text : text.replacing(word.value, with: "<\(word.key)>")
        }
        // Ids that no step has given a word: rooms and events that came to be meanwhile.
        return text.replacing(/[!][A-Za-z0-9_\-]{43}/, with: "<a room>").replacing(/[$][A-Za-z0-9_\-]{43}/, with: "<an event>")
            .split(separator: " | ").sorted().joined(separator: " | ")
    }
}

extension [String: String] {
    fileprivate func mapPairs(_ transform: (String) -> String) -> [String: String] {
        Dictionary(map { (transform($0.key), transform($0.value)) }) { first, _ in first }
    }
}
