import Testing

/// Stories on a real Synapse with real processes, one after another: side by side they would take the homeserver's time from one another,
/// and some of them are about time.
@Suite(.serialized, .timeLimit(.minutes(3))) struct `Real processes on a real Synapse` {}

/// A name that an extension can be written with.
typealias RealStories = `Real processes on a real Synapse`
