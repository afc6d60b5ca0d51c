import ArgumentParser

/// `muster import`: work that other schedulers hold.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over work that another scheduler holds.",
        discussion: """
            EXAMPLES
              muster import synapse --dsn "host=localhost dbname=synapse user=reader"
            """,
        subcommands: [ImportSynapseCommand.self])
}
