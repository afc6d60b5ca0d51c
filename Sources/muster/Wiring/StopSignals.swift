import Dispatch
import Foundation
import Synchronization

/// SIGTERM and SIGINT: the first asks for a graceful stop, the second ends the process at once.
///
/// The signals are handled on a queue of their own, so that the second one works even when every Swift task hangs. The exit status is then
/// 128 and the signal's number, as a shell would say it: 143 or 130.
final class StopSignals: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// Begins to handle the signals; ends when the value goes.
    ///
    /// - Parameters:
    ///   - first: called for the first signal; must return soon
    ///   - second: called for the second one, just before the process ends
    init(first: @escaping @Sendable (Int32) -> Void, second: @escaping @Sendable () -> Void = {}) {
        let queue = DispatchQueue(label: "muster.stop-signals")
        let count = SignalCount()
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGTERM, SIGINT] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if count.next() == 1 { return first(number) }
                second()
                // Not exit(): its clean-up could wait for what hangs.
                _exit(128 + number)
            }
            source.resume()
            sources.append(source)
        }
        self.sources = Mutex(sources)
    }

    deinit { sources.withLock { $0.forEach { $0.cancel() } } }
}

/// How many signals have come, of both kinds together.
private final class SignalCount: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
