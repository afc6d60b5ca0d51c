import Foundation

/// Who a process is: what it registers itself as.
public struct ProcessIdentity: Sendable {
    /// Its name in `instance_map`.
    public let instance: String
    /// The build's version.
    public let version: String
    /// The machine's name.
    public let host: String
    /// The process id there.
    public let pid: Int

    /// The boot and the pid namespace in which the pid counts; only a process of the same place can tell that this one is gone.
    let place: String

    /// The identity of this very process.
    public init(instance: String, version: String) {
        self.instance = instance
        self.version = version
        host = ProcessInfo.processInfo.hostName
        pid = Int(ProcessInfo.processInfo.processIdentifier)
        place = Self.place(
            boot: try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
            namespace: try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
    }

    /// The name of a place; one that nobody shares where the boot or the namespace cannot be read.
    ///
    /// A substitute, such as the machine's name, would make neighbours of processes that cannot see each other's pids:
    /// each would find the other gone, and take its tasks.
    static func place(boot: String?, namespace: String?) -> String {
        guard let boot = boot?.trimmingCharacters(in: .whitespacesAndNewlines), !boot.isEmpty, let namespace else {
            return UUID.random().uuidString
        }
        return boot + " " + namespace
    }

    /// Whether the process with this id, in the same place, is certainly gone.
    func isGone(pid: Int32, place: String) -> Bool {
        guard place == self.place, pid != self.pid else { return false }
        return kill(pid, 0) == -1 && errno == ESRCH
    }
}
