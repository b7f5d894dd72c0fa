def style_guide_context(): return {}
