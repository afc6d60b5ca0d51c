import Foundation

extension RealSynapse {
    /// The errors that its main process has logged last, with their traces: why it answered 500.
    public func complaints() -> String {
        let log = (try? String(contentsOfFile: "\(folder)/logs/main.log", encoding: .utf8)) ?? ""
        let lines = log.split(separator: "\n")
        guard let last = lines.lastIndex(where: { $0.contains(" ERROR ") }) else { return "Synapse has logged no error." }
        return lines[last...].prefix(120).suffix(60).joined(separator: "\n")
    }
}
