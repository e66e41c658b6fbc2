//! Graphs by number: node `n` leads to the nodes in `edges[n]`.

const UNSEEN: usize = usize::MAX;

/// Strongly connected components (Tarjan, "Depth-first search and linear graph algorithms", 1972):
/// what a component leads to comes before it, and the nodes of one are in order. Chains may be of
/// any length.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = edges.len();
    let (mut index, mut low) = (vec![UNSEEN; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut groups, mut next) = (Vec::new(), Vec::new(), 0);
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        let mut trail = vec![(start, 0)];
        while let Some((node, edge)) = trail.pop() {
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&target) = edges[node].get(edge) {
                trail.push((node, edge + 1));
                if index[target] == UNSEEN {
                    trail.push((target, 0));
                } else if on_stack[target] {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            if let Some((parent, _)) = trail.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index[node] {
                let from = stack.iter().rposition(|n| *n == node).unwrap_or(0);
                let mut group = stack.split_off(from);
                group.iter().for_each(|n| on_stack[*n] = false);
                group.sort_unstable();
                groups.push(group);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn what_is_led_to_comes_first_and_circles_together() {
        let edges = vec![vec![1], vec![2], vec![1, 3], vec![]];
        assert_eq!(components(&edges), vec![vec![3], vec![1, 2], vec![0]]);
    }

    #[test]
    fn long_chains() {
        let chain: Vec<_> = (1..=100_000).map(|next| vec![next % 100_000]).collect();
        assert_eq!(components(&chain).len(), 1);
    }
}
