import Foundation

/// The machine that a benchmark ran on.
public struct MachineDescription: Codable, Sendable, Hashable {
    /// The processor's name.
    public var processor: String
    /// Cores that this process may use.
    public var cores: Int
    /// Memory in GiB.
    public var memoryGiB: Double
    /// The kernel's release.
    public var kernel: String
    /// The system's name.
    public var system: String
    /// How long it takes to make 8 KiB durable, in microseconds: the median of some hundred times.
    public var syncMicroseconds: Double?

    /// Describes this machine.
    ///
    /// - Parameter folder: where to try how fast the disk is
    public static func current(folder: String) -> MachineDescription {
        var name = utsname()
        uname(&name)
        let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let processor = field("model name", of: "/proc/cpuinfo", separator: ":") ?? "unknown"
        let system = field("PRETTY_NAME", of: "/etc/os-release", separator: "=")?.trimmingCharacters(in: ["\""]) ?? "Linux"
        let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
        return MachineDescription(
            processor: processor, cores: ProcessInfo.processInfo.activeProcessorCount, memoryGiB: memory / Double(1 << 30),
            kernel: kernel, system: system, syncMicroseconds: syncTime(in: folder))
    }

    private static func field(_ key: String, of path: String, separator: Character) -> String? {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        return line.split(separator: separator, maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func syncTime(in folder: String) -> Double? {
        let path = "\(folder)/muster-sync-\(getpid())"
        let file = open(path, O_CREAT | O_RDWR | O_EXCL, 0o600)
        guard file >= 0 else { return nil }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 1, count: 8192)
        var times: [Double] = []
        for _ in 0..<200 {
            let began = MonotonicTime.now
            guard pwrite(file, block, block.count, 0) == block.count, fdatasync(file) == 0 else { return nil }
            times.append(Double(MonotonicTime.now - began) / 1000)
        }
        return Spread(times)?.median
    }

    enum CodingKeys: String, CodingKey {
        case processor, cores, kernel, system
        case memoryGiB = "memory_gib"
        case syncMicroseconds = "fdatasync_us"
    }
}
