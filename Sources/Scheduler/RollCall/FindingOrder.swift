extension Finding.Kind {
    /// How bad a finding is: 0 is the worst.
    ///
    /// First what never mends by itself and loses work silently, then what a start mends, then what only warns.
    var rank: Int {
        switch self {
        case .unknownInstance: 0
        case .missingHandler: 1
        case .schemaMismatch: 2
        case .handlerNotReady: 3
        case .noLiveProcess: 4
        case .duplicateInstance: 5
        case .unknownAction: 6
        case .drainingOnly: 7
        case .configMismatch: 8
        case .dependencyUnreachable: 9
        }
    }
}

extension Finding {
    /// Worst first, then by action, then by process; each finding once.
    static func ordered(_ findings: [Finding]) -> [Finding] {
        Set(findings).sorted { left, right in left.sortKey < right.sortKey }
    }

    private var sortKey: (Int, String, String, String) { (kind.rank, action?.rawValue ?? "", process ?? "", problem) }
}
