import Foundation
import Testing

/// The tightest limit around a test holds, so this one gives way to the long forms, which have limits of their own.
private let isLong = ["MUSTER_KILLS", "MUSTER_MEASURE_PURGE", "MUSTER_MEASURE_REDACT"].contains {
    ProcessInfo.processInfo.environment[$0] != nil
}

/// Stories on a real Synapse with real processes, one after another: side by side they would take the homeserver's time from one another,
/// and some of them are about time.
@Suite(.serialized, .timeLimit(.minutes(isLong ? 60 : 3))) struct `Real processes on a real Synapse` {}

/// A name that an extension can be written with.
typealias RealStories = `Real processes on a real Synapse`
