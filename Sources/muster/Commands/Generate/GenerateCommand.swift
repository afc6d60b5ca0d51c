import ArgumentParser

/// `muster generate`: configurations of the programs around Muster.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Print the configuration of a program that stands around Muster.",
        discussion: """
            EXAMPLES
              muster generate nginx --config-path shared.yaml
            """,
        subcommands: [GenerateNginxCommand.self])
}
