import AdminAPI
import ArgumentParser
import Handlers
import Hummingbird
import AsyncHTTPClient
import Subprocess
import Yams

@main
struct Muster: AsyncParsableCommand {
    func run() async throws {}
}
