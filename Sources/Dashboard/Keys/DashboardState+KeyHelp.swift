import TerminalUI

/// Keys that act on the page in view, for the key bar, the filter prompt and the help screen.
extension DashboardState {
  /// Lists of the page in view that have rows to act on.
  private var actingLists: [PageListID] {
    view.listIDs.filter { $0 != .pins || !details.pinnedSlabs.isEmpty }
  }

  /// Returns whether the key bar shows an action on the page in view.
  func isOnKeyBar(_ action: KeyMap.Action) -> Bool {
    switch action {
    case .filter, .sortLeft: view == .caches || !actingLists.isEmpty
    case .fold: !actingLists.isEmpty
    case .nextList: actingLists.count > 1
    case .severity: view == .events
    case .columns: view == .caches
    default: true
    }
  }

  /// Examples of filters, for the prompt.
  var filterHint: String {
    guard view != .caches, let list = activeList?.list else { return "skb   /regex/   waste > 1M and order >= 2" }
    return "part of a name   /regex/   fields: " + list.fieldNames.joined(separator: " ")
  }

  /// Keys that act on the page in view, by list, for the help screen; empty for the caches and for pages without a list.
  var pageKeyHelp: [(title: String, entries: [(keys: String, help: String)])] {
    guard view != .caches else { return [] }
    return DashboardView.placedLists(of: self).map { placed in
      let list = placed.list
      var entries: [(KeyMap.Action, String)] = [
        (.fold, list.id.enterHelp),
        (.sortRight, "sort by the next column" + (list.sort.map { ", now \(list.columns[$0.column].title)" } ?? "")),
        (.invert, "invert the sort order"),
        (.filter, "filter: part of a name, /regex/, or comparisons of \(list.fieldNames.joined(separator: ", "))"),
      ]
      if view.listIDs.count > 1 { entries.append((.nextList, "other list of the page")) }
      if view == .events { entries.append((.severity, "list all, warnings and failures, or failures only")) }
      entries.append((.clearFilter, "clear the filter; without a filter, back"))
      return (
        "Keys in the list of \(list.id.noun)",
        entries.compactMap { action, help in
          keys.bindings.first { $0.action == action }.flatMap { $0.keys.isEmpty ? nil : ($0.label, help) }
        }
      )
    }
  }
}
