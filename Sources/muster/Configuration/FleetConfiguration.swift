import Scheduler

/// The configurations of all processes of a deployment, as `muster check` reads them.
enum FleetConfiguration {
    /// Reads shared files and the workers' own files.
    ///
    /// A file under `--config-path` that has `worker_app` or `worker_name` is a worker's own, like those under `--worker-config-path`;
    /// the others are shared and merged in order. Each worker is the shared files with its own file over them, and the shared files by
    /// themselves are `main`, which stands first.
    ///
    /// - Throws: ``ConfigurationError`` with the problems of all processes, each once.
    static func load(
        paths: [String], workerPaths: [String], secrets: SecretReading
    ) throws(ConfigurationError) -> [MusterConfiguration] {
        guard !paths.isEmpty else {
            throw ConfigurationError(problems: ["No configuration file is given; name the shared one with --config-path."])
        }
        var problems: [String] = []
        var shared: [[ConfigurationNode.Entry]] = []
        var workers: [(path: String, entries: [ConfigurationNode.Entry])] = []
        for (index, path) in (paths + workerPaths).enumerated() {
            do throws(ConfigurationError) {
                let entries = try ConfigurationFile.read(path)
                let isWorker = entries.contains { $0.key == "worker_name" || $0.key == "worker_app" }
                if isWorker {
                    workers.append((path, entries))
                } else if index < paths.count {
                    shared.append(entries)
                } else {
                    problems.append("\(path): a file under --worker-config-path needs a worker_name.")
                }
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }

        var processes: [MusterConfiguration] = []
        var fileOfInstance: [String: String] = [:]
        for (path, entries) in [(paths[0], [])] + workers {
            do throws(ConfigurationError) {
                let process = try MusterConfiguration.resolve(ConfigurationMerge.merge(shared + [entries]), named: path, secrets)
                if let other = fileOfInstance.updateValue(path, forKey: process.instance) {
                    problems.append(
                        "\(path): the process '\(process.instance)' is also configured by \(other); give each its own worker_name.")
                }
                processes.append(process)
            } catch {
                problems += error.problems.filter { !problems.contains($0) }
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return processes
    }
}
