import Dashboard
import FoundationEssentials
import Settings
import TextOutput
import Workloads

/// The user's configuration file, `$XDG_CONFIG_HOME/slabscope/config.toml`: defaults of the dashboard's options, and keys. Options on the
/// command line override it.
struct Configuration {
  var theme: String?
  var speed: String?
  var policy: String?
  var memory: ByteSize?
  var workload: String?
  var ascii: Bool?
  var mouse: Bool?
  var panes: Panes?
  var columns: [CacheColumn]?
  var keys = KeyBindings.standard

  private static let names = [
    "theme", "speed", "policy", "memory", "workload", "ascii", "mouse", "layout", "columns", "keys",
  ]

  /// Path of the file, whether it exists or not.
  static var path: String {
    let environment = ProcessInfo.processInfo.environment
    let home =
      environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? "") + "/.config"
    return home + "/slabscope/config.toml"
  }

  /// Reads the user's configuration; without a file every setting has its default.
  /// - Throws: a usage failure that names the file, the line and the nearest known key.
  static func user() throws -> Configuration {
    guard FileManager.default.fileExists(atPath: path) else { return Configuration() }
    do {
      return try Configuration(toml: String(decoding: try InputFile(path).readAll(), as: UTF8.self), file: path)
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }

  init() {}

  init(toml: String, file: String) throws(SettingsError) {
    let table = try SettingsTable(toml: toml, file: file)
    try table.check(keys: Configuration.names)
    theme = try table.string("theme")
    speed = try table.string("speed")
    policy = try table.string("policy")
    workload = try table.string("workload")
    ascii = try table.boolean("ascii")
    mouse = try table.boolean("mouse")
    if let text = try table.string("memory") {
      guard let memory = ByteSize(argument: text) else {
        throw table.error("memory: expected a size such as \"64M\" or \"2G\", found \"\(text)\"", at: "memory")
      }
      self.memory = memory
    }
    let (layout, names) = (try table.string("layout"), try table.string("columns"))
    do throws(Failure) {
      if let layout { panes = try ScreenOptions.panes(named: layout) }
    } catch {
      throw table.error("\(error)", at: "layout")
    }
    do throws(Failure) {
      if let names { columns = try ScreenOptions.columns(named: names) }
    } catch {
      throw table.error("\(error)", at: "columns")
    }
    guard let keys = try table.table("keys") else { return }
    try keys.check(keys: KeyBindings.names.map(\.name))
    var changes: [String: [String]] = [:]
    for name in KeyBindings.names.map(\.name) {
      if let text = try keys.string(name) { changes[name] = text.split(separator: " ").map(String.init) }
    }
    do {
      self.keys = try KeyBindings.standard(replacing: changes)
    } catch {
      throw keys.error(error.description, at: error.name)
    }
  }

  /// A template with every setting and every key, and their explanations.
  static var standardFile: String {
    var lines = [
      "# slabscope: defaults of the dashboard. Options on the command line override them.",
      "# Path of this file: \(path)", "", "# theme = \"midnight\"      # slabscope themes, or a file",
      "# speed = \"1\"             # 1/8 to 64, or max",
      "# policy = \"\(Policy.standard.name)\"      # slabscope policies, or a file",
      "# workload = \"edge\"       # slabscope workloads, or a file", "# memory = \"64M\"", "# ascii = false",
      "# mouse = true", "# layout = \"standard\"    # or table, slabs, graphs, overview",
      "# columns = \"\(CacheColumn.standard.map(\.rawValue).joined(separator: " "))\"", "", "[keys]",
      "# One key, or several separated by spaces: x, ctrl-x, F5, Tab, Space, Up.",
    ]
    var topic = ""
    for command in KeyBindings.names {
      if command.topic != topic { lines += ["", "# \(command.topic)"] }
      topic = command.topic
      let keys = command.keys.joined(separator: " ").replacing("\\", with: "\\\\")
      lines.append("# \(command.name) = \"\(keys)\"".padded(to: 34) + " # \(command.help)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
