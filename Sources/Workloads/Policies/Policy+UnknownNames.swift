package import Recordings
import SlabEngine
internal import TextOutput

extension Policy {
  /// Describes the caches and call sites that the policy names and a source does not have; nil if it has all of them.
  ///
  /// A source is taken to have a cache if its table of symbols has the name, even if no event that is played uses it.
  package func unknownNames(in source: any AllocationEventSource) -> String? {
    let symbols = Set(source.symbols)
    // A live source learns its symbols while it runs.
    guard !symbols.isEmpty else { return nil }
    let caches = symbols.union(generalCacheSizes.map(SlabEngine.generalCacheName)).union(own.map(\.name))
    let named = [
      ("orders", orders.byCache.keys.sorted()), ("movable", movable), ("performance", performance), ("export", export),
    ]
    var problems: [String] = []
    for (key, names) in named {
      for name in names where !caches.contains(Policy.baseName(name)) {
        problems.append("'\(name)' (\(key))\(Policy.suggestion(for: name, among: caches))")
      }
    }
    var texts = problems.isEmpty ? [] : ["\(source.name) has no cache \(problems.joined(separator: ", "))"]
    let sites = own.map(\.site).filter { !symbols.contains($0) }
    if !sites.isEmpty {
      let list = sites.map { "'\($0)' (own)\(Policy.suggestion(for: $0, among: symbols))" }
      texts.append("\(texts.isEmpty ? "\(source.name) has" : "and") no call site \(list.joined(separator: ", "))")
    }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  /// Returns a cache's name without the size that tells caches of one recorded name apart (`name/size`).
  private static func baseName(_ name: String) -> String {
    guard let slash = name.lastIndex(of: "/"), Int(name[name.index(after: slash)...]) != nil else { return name }
    return String(name[..<slash])
  }

  private static func suggestion(for name: String, among known: Set<String>) -> String {
    EditDistance.suggestion(for: name, among: known.sorted())
  }
}
