import Foundation
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(1))) struct `Configuration: YAML that is not supported` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    // Nine levels of nine: expanded, a list of 400 million words.
    private static let laughs =
        "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n"
        + (1..<9).map { level in
            let nine = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            return "a\(level): &a\(level) [\(nine)]\n"
        }.joined()

    private static let cases: [(text: String, line: Int, words: String)] = [
        (laughs, 2, "anchors"),
        // As a key they would be compared, and so expanded, while the file is composed.
        (laughs + "? *a8\n: x\n", 2, "anchors"),
        ("log: &log {level: info}", 2, "anchors"),
        ("log: {level: &level info}", 2, "anchors"),
        ("server_name: *name", 2, "aliases"),
        ("log:\n  <<: {level: info}", 3, "merge keys"),
        ("server_name: !!str 5", 2, "tags"),
        ("log: !include log.yaml", 2, "tags"),
        ("redis: !!map {enabled: true}", 2, "tags"),
        ("worker_listeners: !!seq []", 2, "tags"),
        ("log: {level: info}\n---\nserver_name: b", 3, "one document"),
        ("server_name: \(String(repeating: "[", count: 40))", 2, "32 levels"),
        // So many brackets in a row the parser itself refuses, while it looks ahead.
        ("server_name: \(String(repeating: "[", count: 1_000_000))", 2, "nesting level"),
        ("server_name: \(String(repeating: "{a: ", count: 200_000))", 2, "32 levels"),
        ("server_name: [\(String(repeating: "a,", count: 200_000))]", 2, "100000 values"),
        ("instance_map: {1: {path: /a}, '1': {path: /b}}", 2, "'1' stands twice"),
    ]

    @Test(arguments: cases)
    func `is refused with its line, before it is expanded`(text: String, line: Int, words: String) throws {  // I9
        let began = ContinuousClock.now
        let problems = try folder.problems(text)
        #expect(problems.count == 1 && problems.mention("shared.yaml:\(line):", words), "\(problems)")
        // Expanded it would take minutes and gigabytes.
        #expect(began.duration(to: .now) < .seconds(20))
    }

    @Test func `text with the same signs is text`() throws {
        let configuration = try folder.load(
            """
            # &a *a <<
            redis: {enabled: true, host: redis1, password: "!x&y"}
            server_name: example.org
            homeserver: {url: "http://localhost:8008/", admin_token: "<<", puppet: none}
            worker_replication_secret: a&b*c<<!d
            """)
        #expect(configuration.redis?.password?.value == "!x&y" && configuration.replicationSecret?.value == "a&b*c<<!d")
        #expect(configuration.homeserver?.adminToken.value == "<<")
    }

    @Test func `a second key shows no secret that stands in its line`() throws {  // I11
        let problems = try folder.problems("'password hush': 1\n'password hush': 2")
        #expect(problems.mention("'password'", "twice") && !problems.mention("hush"))
    }
}
