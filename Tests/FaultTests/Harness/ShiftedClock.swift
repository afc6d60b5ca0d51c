import Foundation
import SchedulerTesting

/// A process's wall clock, shifted by libfaketime; its other clocks tell the truth, as they do on a machine whose date is wrong.
///
/// libfaketime 0.9.10 (Debian's) shifts each absolute timer as if it ran by the wall clock, even one of the monotonic clock and with
/// `FAKETIME_DONT_FAKE_MONOTONIC`. The Swift runtime's timers are such ones: with the clock an hour back each comes an hour late, and
/// the process lives only by what arrives on its sockets. No real clock does this, so ``mendSource`` goes in before it.
struct ShiftedClock {
    private let folder: String
    private let library: String

    /// Builds the mend with the C compiler; `nil` where libfaketime is not installed.
    static func ready() async throws -> ShiftedClock? {
        let library = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
            .first(where: FileManager.default.fileExists(atPath:))
        guard let library else { return nil }
        let clock = ShiftedClock(folder: "/tmp/muster-clock-\(UUID().uuidString.prefix(8))", library: library)
        try FileManager.default.createDirectory(atPath: clock.folder, withIntermediateDirectories: true)
        try Data(mendSource.utf8).write(to: URL(filePath: "\(clock.folder)/mend.c"))
        guard try await Shell.run("gcc", "-shared", "-fPIC", "-O1", "-o", clock.mend, "\(clock.folder)/mend.c") else {
            throw NotInTime(description: "gcc could not build the mend of libfaketime's timers: apt-get install gcc libc6-dev")
        }
        return clock
    }

    private var mend: String { "\(folder)/mend.so" }

    /// What a process must have in its environment for its clock to be off by `offset`, such as "-1h".
    func environment(_ offset: String) -> [String: String] {
        ["LD_PRELOAD": "\(mend):\(library)", "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"]
    }

    /// Forgets what was built.
    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Gives timers of clocks that are not shifted to the kernel as they are; those of the wall clock still go through libfaketime.
    private static let mendSource = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/syscall.h>
        #include <sys/timerfd.h>
        #include <time.h>
        #include <unistd.h>

        static volatile unsigned char wall[65536];

        int timerfd_create(clockid_t clock, int flags) {
            int descriptor = (int)syscall(SYS_timerfd_create, clock, flags);
            if (descriptor >= 0 && descriptor < 65536) wall[descriptor] = clock == CLOCK_REALTIME;
            return descriptor;
        }

        int timerfd_settime(int descriptor, int flags, const struct itimerspec *new, struct itimerspec *old) {
            if (descriptor >= 0 && descriptor < 65536 && wall[descriptor]) {
                int (*shifted)(int, int, const struct itimerspec *, struct itimerspec *) = dlsym(RTLD_NEXT, "timerfd_settime");
                if (shifted) return shifted(descriptor, flags, new, old);
            }
            return (int)syscall(SYS_timerfd_settime, descriptor, flags, new, old);
        }

        """
}
