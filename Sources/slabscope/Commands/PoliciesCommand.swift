import ArgumentParser
import Glibc
import Settings
import TextOutput
import Workloads

/// `slabscope policies`: lists the allocator policies, and prints them as files.
struct PoliciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policies",
    abstract: "List the allocator policies, or print one as a TOML file.",
    discussion: """
      A policy configures the allocator: sizes of the general caches, slab sharing, page orders, shuffling. --policy of run, \
      compare and the dashboard takes a name, or a file in this format.

      EXAMPLES
        slabscope policies
        slabscope policies hemment -o mine.toml
        slabscope run x.slabtrace --policy mine.toml
      """)

  @Argument(
    help: "Policy to print; a file is printed with every key, including those that it omits.", completion: .policy)
  var name: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    if let name { return try output.write(try PolicyArgument.policy(name).toml) }
    let width = Policy.presets.map(\.name.count).max() ?? 0
    try output.write(
      Policy.presets.map { $0.name.padded(to: width + 2) + $0.summary + "\n" }
        .joined())
  }
}

/// Argument that is the name of a preset policy, or a policy file.
enum PolicyArgument {
  static func policy(_ name: String) throws -> Policy {
    do {
      guard name.hasSuffix(".toml") || name.contains("/") else { return try Policy.named(name) }
      return try Policy(toml: String(decoding: try InputFile(name).readAll(), as: UTF8.self), file: name)
    } catch let error as UnknownName {
      throw Failure.usage("\(error), or a file: ./mine.toml")
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }
}
