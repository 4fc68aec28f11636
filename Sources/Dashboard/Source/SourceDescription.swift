/// The source of the figures on the screen: its name and its capabilities.
package struct SourceDescription: Sendable, Hashable {
  /// Subject of sentences about the source, for example "The running kernel".
  package var title: String
  /// The capabilities that the source has.
  package var capabilities: Set<Capability>
  /// Reason why the traffic of the running kernel is not watched, and the remedy; nil if it is watched, or for other sources.
  package var trafficProblem: String?

  /// A source with these capabilities.
  package init(title: String, capabilities: Set<Capability>, trafficProblem: String? = nil) {
    (self.title, self.capabilities, self.trafficProblem) = (title, capabilities, trafficProblem)
  }

  /// Slabscope's own allocator, which has every capability that does not belong to a kernel.
  package static let allocator = SourceDescription(
    title: "The allocator", capabilities: Set(Capability.allCases).subtracting([.cacheShrinking]))

  /// Returns whether the source has a capability; true for nil, which stands for no requirement.
  func has(_ capability: Capability?) -> Bool { capability.map(capabilities.contains) ?? true }
}
