import ArgumentParser
import Foundation
import Settings
import Workloads

/// `slabscope policies`: what there is, and files to start from.
struct PoliciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policies",
    abstract: "List the policies, or print one as a file to start from.",
    discussion: """
      A policy says how the engine is set up: sizes of the general caches, sharing, page orders, shuffling. --policy of \
      run, compare and the dashboard takes a name, or a file in this form.

      EXAMPLES
        slabscope policies
        slabscope policies hemment > mine.toml
        slabscope run --replay x.slabtrace --policy mine.toml
      """)

  @Argument(help: "The policy to print; a file is read and printed whole, with every key.")
  var name: String?

  func run() throws {
    if let name { return Standard.output(try PolicyArgument.policy(name).toml) }
    let width = Policy.presets.map(\.name.count).max() ?? 0
    Standard.output(
      Policy.presets.map { $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.summary + "\n" }
        .joined())
  }
}

/// A policy as people name it: a preset, or a file.
enum PolicyArgument {
  static func policy(_ name: String) throws -> Policy {
    do {
      guard name.hasSuffix(".toml") || name.contains("/") else { return try Policy.named(name) }
      return try Policy(toml: String(decoding: try InputFile(name).readAll(), as: UTF8.self), file: name)
    } catch let error as UnknownName {
      throw Failure.usage("\(error), or name a file: ./mine.toml")
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }
}
