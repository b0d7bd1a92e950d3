"""Online action detection: which action is it now, seen only what came before (OadTR; Wang et al. 2021)."""
