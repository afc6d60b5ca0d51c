import ArgumentParser
import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `muster check, from files only` {
    let folder: ConfigurationFolder
    let shared: String

    init() throws {
        folder = try ConfigurationFolder()
        shared = try folder.write(
            "shared.yaml",
            """
            database: {dsn_path: /nowhere/dsn}
            instance_map: {main: {host: a, port: 1}, background_worker: {host: b, port: 2}}
            run_background_tasks_on: background_worker
            """)
    }

    private func answer(_ arguments: [String]) async throws -> CheckAnswer { try await CheckCommand.parse(arguments).answer() }

    private func manifest(_ change: (inout [HandlerRecord]) -> Void) throws -> String {
        var manifest = try buildManifest()
        manifest.version = "9.9.9"
        change(&manifest.handlers)
        return try folder.write("new.json", Printer.jsonText(manifest))
    }

    @Test func `a whole deployment is clean, and no secret is opened for it`() async throws {
        let worker = try folder.write("w.yaml", "worker_app: muster.app.generic_worker\nworker_name: background_worker\n")
        let answer = try await answer(["--config-path", shared, "--config-path", worker])
        #expect(answer.isClean && answer.running == nil)
        #expect(answer.instances == ["background_worker", "main"])
        let lines = answer.lines(on: .plain)
        #expect(lines.contains { $0.contains("ACTION") && $0.contains("background_worker") && $0.contains("STATE") })
        #expect(lines.contains { $0.hasPrefix("redact_all_events") && $0.contains("ok") && $0.hasSuffix("covered") })
        #expect(lines.last == "No findings: every action has its handlers.")
    }

    @Test func `a build without the handler is found before it is deployed`() async throws {  // I2
        let path = try manifest { $0.removeAll { $0.action == "redact_all_events" } }
        let answer = try await answer(["--config-path", shared, "--manifest", path])
        #expect(!answer.isClean)
        // The action's own, and that of each which submits it.
        #expect(answer.planned.findings.map(\.action) == ["redact_all_events", "redact_and_deactivate_user", "redact_users"])
        #expect(answer.planned.findings.allSatisfy { $0.kind == .missingHandler })
        let lines = answer.lines(on: .plain)
        #expect(lines.first?.contains("muster 9.9.9") == true)
        #expect(lines.mention("missing_handler action=redact_all_events process=background_worker", "Register the handler"))
        #expect(lines.mention("redact_all_events", "missing_handler", "uncovered"))
        // Those have one cause, and one line.
        #expect(
            lines.mention(
                "actions=redact_and_deactivate_user,redact_users",
                "submits redact_all_events, which no live process can run: background_worker (missing_handler)"))
    }

    @Test func `a build with another form of params is found`() async throws {
        let path = try manifest { $0[0].schemaDigest += "0" }
        let answer = try await answer(["--config-path", shared, "--manifest", path])
        #expect(answer.planned.findings.allSatisfy { $0.kind == .schemaMismatch })
        #expect(answer.planned.findings.map(\.action) == ["deactivate_user", "redact_and_deactivate_user"])
    }

    @Test func `a misspelt instance has a column and a finding`() async throws {
        let typo = try folder.write("typo.yaml", "run_background_tasks_on: backgroud_worker\n")
        let answer = try await answer(["--config-path", shared, "--config-path", typo])
        #expect(answer.planned.findings.map(\.kind) == [.unknownInstance])
        #expect(answer.instances == ["background_worker", "main", "backgroud_worker"])
        #expect(answer.lines(on: .plain).mention("unknown_instance", "Write background_worker"))
    }

    @Test func `a worker's file that overrides the routes is a mismatch`() async throws {
        let worker = try folder.write("w.yaml", "worker_name: background_worker\nrun_background_tasks_on: main\n")
        let answer = try await answer(["--config-path", shared, "--worker-config-path", worker])
        #expect(answer.planned.findings.map(\.kind) == [.configMismatch])
        #expect(answer.planned.findings.first?.process == "background_worker")
    }

    @Test func `JSON has the matrix and the findings`() async throws {
        let path = try manifest { $0.removeAll { $0.action == "purge_history" } }
        let answer = try await answer(["--config-path", shared, "--manifest", path])
        let text = try Printer.jsonText(answer.document, isPretty: false)
        #expect(text.contains(#""ok":false"#) && text.contains(#""version":"9.9.9""#))
        #expect(text.contains(#""lacking":{"background_worker":"missing_handler"}"#) && text.contains(#""kind":"missing_handler""#))
    }

    @Test func `the running fleet counts, unless the question is about another build`() async throws {
        let fleet = try FleetConfiguration.load(paths: [shared], workerPaths: [], secrets: .leave)
        let roll = LiveRoll(processes: [], unfinished: [:])
        for isOther in [false, true] {
            let answer = CheckAnswer(
                fleet: fleet, manifest: try buildManifest(), isOtherBuild: isOther, catalogue: try buildCatalogue(), roll: roll)
            #expect(answer.running?.findings.allSatisfy { $0.kind == .noLiveProcess } == true)
            #expect(answer.isClean == isOther)
        }
    }

    @Test func `work of an action that the build to come lacks stops the release`() async throws {
        let fleet = try FleetConfiguration.load(paths: [shared], workerPaths: [], secrets: .leave)
        let roll = LiveRoll(processes: [], unfinished: ["polish_rooms": 4])
        let answer = CheckAnswer(
            fleet: fleet, manifest: try buildManifest(), isOtherBuild: true, catalogue: try buildCatalogue(), roll: roll)
        #expect(!answer.isClean)
        #expect(answer.planned.findings.map(\.kind) == [.unknownAction])
    }
}

@Suite struct `muster check, refused` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    @Test func `without a file it is a usage error`() {
        #expect(throws: (any Error).self) { try CheckCommand.parse([]) }
    }

    @Test func `a bad configuration ends with 78 and all its problems`() async throws {
        let path = try folder.write("shared.yaml", "databse: {}\n")
        let error = await #expect(throws: ConfigurationError.self) { try await CheckCommand.parse(["--config-path", path]).answer() }
        let failure = CommandEnd.failure(for: try #require(error))
        #expect(failure?.status == .configuration)
        #expect(failure?.lines.mention("shared.yaml:1", "'databse'", "'database'") == true)
    }

    @Test func `two files for one process are refused`() throws {
        let shared = try folder.write("s.yaml", "database: {dsn: \"a=b\"}\ninstance_map: {w: {host: a, port: 1}}\n")
        let first = try folder.write("w1.yaml", "worker_name: w\n")
        let second = try folder.write("w2.yaml", "worker_name: w\n")
        let error = #expect(throws: ConfigurationError.self) {
            try FleetConfiguration.load(paths: [shared, first], workerPaths: [second], secrets: .leave)
        }
        #expect(error?.problems.mention("w2.yaml", "'w'", "w1.yaml") == true)
    }

    @Test func `a worker's file without a name is refused`() throws {
        let shared = try folder.write("s.yaml", "database: {dsn: \"a=b\"}\n")
        let worker = try folder.write("w1.yaml", "log: {level: info}\n")
        let error = #expect(throws: ConfigurationError.self) {
            try FleetConfiguration.load(paths: [shared], workerPaths: [worker], secrets: .leave)
        }
        #expect(error?.problems.mention("w1.yaml", "worker_name") == true)
    }

    @Test(arguments: ["not json", "{}", #"{"version": "1"}"#])
    func `a file that is no manifest is a usage error`(_ text: String) throws {
        let path = try folder.write("m.json", text)
        let error = #expect(throws: CommandFailure.self) { try BuildManifest.read(from: path) }
        #expect(error?.status == .usage)
        #expect(error?.description.contains("m.json") == true)
    }

    @Test func `a database that does not answer ends with 69`() async throws {
        let path = try folder.write("s.yaml", "database: {dsn: \"host=\(folder.url.path) dbname=x user=x\"}\n")
        do {
            _ = try await CheckCommand.parse(["--config-path", path, "--live"]).answer()
            Issue.record("answered")
        } catch {
            #expect(CommandEnd.failure(for: error)?.status == .unavailable)
        }
    }

    @Test func `this build has a handler for every action that it knows`() throws {  // I2
        #expect(try buildManifest().handlers.map(\.action) == buildCatalogue().names)
    }

    @Test func `a manifest survives its JSON`() throws {
        let manifest = try buildManifest()
        let path = try folder.write("m.json", Printer.jsonText(manifest))
        #expect(try BuildManifest.read(from: path) == manifest)
        #expect(ManifestCommand.table(manifest).rows.count == manifest.handlers.count)
    }
}
