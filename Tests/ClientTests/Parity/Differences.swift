import Foundation
import Subprocess

@testable import muster

/// The deliberate differences, as `docs/compatibility.toml` lists them.
struct Differences: Decodable, Sendable {
    /// Keys that any of Muster's answers may have beyond Synapse's.
    let additions: Set<String>
    /// Case -> what differs in it, in the form of ``of(_:_:)``.
    let seen: [String: [String]]

    /// Reads the list, by the script that also makes the document.
    static func read() async throws -> Differences {
        let result = try await Subprocess.run(
            .name("python3"), arguments: [script, "--json"], output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw Unreadable(description: result.standardError) }
        return try JSONDecoder().decode(Differences.self, from: Data(result.standardOutput.utf8))
    }

    /// This file lies four levels below the root of the checkout.
    static var script: String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/") + "/scripts/compatibility"
    }

    /// The list could not be read.
    struct Unreadable: Error {
        let description: String
    }

    /// What differs between two runs of a case: `status 500 -> 400`, `error` for another text, `+key`, `-key`.
    func of(_ synapse: [ParitySide.Sight], _ muster: [ParitySide.Sight]) -> [String] {
        var found: [String] = []
        for (index, (theirs, ours)) in zip(synapse, muster).enumerated() {
            let step = synapse.count > 1 ? "#\(index + 1) " : ""
            for key in Set(theirs.facts.keys).union(ours.facts.keys).sorted() {
                let name = key.hasPrefix(".") ? String(key.dropFirst()) : key == "status" ? "code" : key
                switch (theirs.facts[key], ours.facts[key]) {
                case (let left?, let right?) where left != right:
                    found.append(name == "error" || name.hasSuffix(".error") ? "\(step)\(name)" : "\(step)\(name) \(left) -> \(right)")
                case (nil, _?) where !isAddition(name): found.append("\(step)+\(name)")
                case (_?, nil): found.append("\(step)-\(name)")
                default: break
                }
            }
        }
        return found
    }

    private func isAddition(_ name: String) -> Bool {
        let last = name.split(separator: "[]").last.map(String.init) ?? name
        return additions.contains { last == $0 || last.hasSuffix(".\($0)") || last.hasPrefix("\($0).") || last.contains(".\($0).") }
    }
}
