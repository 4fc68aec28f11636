/// Host by the labels that Prometheus gives a target. Targets of several jobs on one address are different hosts.
package struct HostName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Value of the label `instance`.
  package var instance: String
  /// Value of the label `job`.
  package var job: String

  /// Creates a name.
  package init(instance: String, job: String = "") { (self.instance, self.job) = (instance, job) }

  init(_ labels: [String: String]) { self.init(instance: labels["instance"] ?? "", job: labels["job"] ?? "") }

  /// The value of `instance`, which names a host unless targets of several jobs have the same.
  package var description: String { instance }

  package static func < (one: HostName, other: HostName) -> Bool {
    one.instance.utf8.elementsEqual(other.instance.utf8)
      ? one.job.utf8.lexicographicallyPrecedes(other.job.utf8)
      : one.instance.utf8.lexicographicallyPrecedes(other.instance.utf8)
  }
}
