import ArgumentParser
import Exporter

extension ListenAddress: ExpressibleByArgument {
  /// Parses `127.0.0.1:9779`, `[::1]:9779` or `:9779`.
  package init?(argument: String) { self.init(argument) }

  package var defaultValueDescription: String { description }
}

extension PrintedFile: ExpressibleByArgument {}
