import Scheduler

/// The JSON of `muster check`.
struct CheckDocument: Encodable {
    let ok: Bool
    let version: String
    let instances: [String]
    let planned: Report
    /// Only under `--live`.
    let running: Report?
    let warnings: [String]

    /// One roll call.
    struct Report: Encodable {
        let actions: [Row]
        let findings: [Finding]

        init(_ report: RollCallReport) {
            actions = report.coverage.map(Row.init)
            findings = report.findings
        }
    }

    /// One action.
    struct Row: Encodable {
        let action: ActionName
        let route: [String]
        let state: RollCallReport.Coverage.State
        let capable: [String]
        let lacking: [String: String]

        init(_ row: RollCallReport.Coverage) {
            action = row.action
            route = row.route
            state = row.state
            capable = row.capable
            lacking = row.lacking.mapValues(\.rawValue)
        }
    }
}
